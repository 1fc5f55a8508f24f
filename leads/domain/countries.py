"""The two-letter country codes of ISO 3166-1, and Kosovo's XK, which everyday systems use; with their names."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType

from phonenumbers import SUPPORTED_REGIONS

_WITHOUT_TELEPHONES = frozenset({"AQ", "BV", "GS", "HM", "PN", "TF", "UM"})
_ONLY_TELEPHONES = frozenset({"AC", "TA"})  # Ascension and Tristan da Cunha belong to SH

COUNTRIES: frozenset[str] = (frozenset(SUPPORTED_REGIONS) | _WITHOUT_TELEPHONES) - _ONLY_TELEPHONES


def country_name(code: str) -> str:
    """The country in English, as the time-zone database names it; the code itself where there is no such country."""
    return _NAMES.get(code.upper(), code)


def country_code(name: str) -> str:
    """The code of a country that is given by its code or a name that is in use; other text as it was given."""
    return name.upper() if name.upper() in COUNTRIES else _CODES.get(name.casefold(), name)


def _names() -> Mapping[str, str]:
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    named = dict(line.split("\t", 1) for line in table.splitlines() if line and not line.startswith("#"))
    return MappingProxyType({**named, "XK": "Kosovo", "GB": "United Kingdom"})


# What other systems call countries besides: longer and shorter names, three letters, names of their own.
_ALSO = """
AE: UAE; U.A.E.; ARE
AT: Österreich; Oesterreich; AUT
AU: AUS
BA: Bosnia and Herzegovina
BE: Belgien; België; Belgique; BEL
BO: Bolivia, Plurinational State of; Plurinational State of Bolivia
BR: Brasil; BRA
CA: CAN
CD: Democratic Republic of the Congo; Congo, The Democratic Republic of the
CF: Central African Republic
CG: Congo; Republic of the Congo
CH: Schweiz; Suisse; Svizzera; CHE
CI: Ivory Coast; Cote d'Ivoire
CN: People's Republic of China; PRC; P.R. China; CHN
CV: Cabo Verde
CZ: Czechia; Tschechien; Česko; CZE
DE: Deutschland; Federal Republic of Germany; Allemagne; Alemania; DEU
DK: Dänemark; Danmark; DNK
ES: Spanien; España; Espagne; ESP
FI: Finnland; Suomi; FIN
FR: Frankreich; Francia; FRA
GB: UK; U.K.; Great Britain; Britain; England; Scotland; Wales; Northern Ireland; GBR
GB: United Kingdom of Great Britain and Northern Ireland; Großbritannien; Vereinigtes Königreich
HK: Hong Kong SAR; Hong Kong SAR China
HU: Ungarn; Magyarország
IE: Republic of Ireland; Irland; Éire; IRL
IN: IND
IR: Iran, Islamic Republic of; Islamic Republic of Iran
IT: Italien; Italia; Italie; ITA
JP: JPN
KP: North Korea; Korea, Democratic People's Republic of
KR: South Korea; Korea, Republic of; Republic of Korea
LA: Lao People's Democratic Republic
LU: Luxemburg
MD: Moldova, Republic of; Republic of Moldova
MK: Macedonia; Republic of North Macedonia
MM: Myanmar; Burma
MO: Macau; Macao SAR
MX: México; MEX
NL: The Netherlands; Holland; Nederland; Niederlande; NLD
NO: Norwegen; Norge; NOR
NZ: NZL
PL: Polen; Polska; POL
PS: Palestine; Palestinian Territory; State of Palestine; Palestine, State of
PT: PRT
RU: Russian Federation; RUS
SE: Schweden; Sverige; SWE
SG: SGP
SK: Slovak Republic
SY: Syrian Arab Republic
SZ: Eswatini; Swaziland
TR: Türkiye; Turkiye; Türkei; TUR
TT: Trinidad and Tobago
TW: Taiwan, Province of China
TZ: Tanzania, United Republic of; United Republic of Tanzania
US: USA; U.S.A.; U.S.; United States of America; The United States; Vereinigte Staaten; États-Unis; Estados Unidos
VA: Vatican City; Holy See; Holy See (Vatican City State)
VE: Venezuela, Bolivarian Republic of; Bolivarian Republic of Venezuela
VN: Viet Nam
ZA: ZAF
"""


def _also() -> Iterator[tuple[str, str]]:
    """Further names, in small letters, with their codes."""
    for line in _ALSO.strip().splitlines():
        code, names = line.split(": ", 1)
        for name in names.split(";"):
            yield name.strip().casefold(), code


_NAMES = _names()
_CODES = {**dict(_also()), **{name.casefold(): code for code, name in _NAMES.items() if code in COUNTRIES}}
