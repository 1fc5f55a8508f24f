"""The time zones of states and provinces of countries that lie in several, by their code or their name."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

_EASTERN, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _PACIFIC = "America/Denver", "America/Los_Angeles"

# country, zone, then its regions as code or code=name; a region over two zones stands where most of its people live
_TABLE = (
    (
        "US",
        _EASTERN,
        (
            "CT=Connecticut DE=Delaware DC=District-of-Columbia FL=Florida GA=Georgia IN=Indiana KY=Kentucky ME=Maine "
            "MD=Maryland MA=Massachusetts MI=Michigan NH=New-Hampshire NJ=New-Jersey NY=New-York NC=North-Carolina "
            "OH=Ohio PA=Pennsylvania RI=Rhode-Island SC=South-Carolina VT=Vermont VA=Virginia WV=West-Virginia"
        ),
    ),
    (
        "US",
        _CENTRAL,
        (
            "AL=Alabama AR=Arkansas IL=Illinois IA=Iowa KS=Kansas LA=Louisiana MN=Minnesota MS=Mississippi "
            "MO=Missouri NE=Nebraska ND=North-Dakota OK=Oklahoma SD=South-Dakota TN=Tennessee TX=Texas WI=Wisconsin"
        ),
    ),
    ("US", _MOUNTAIN, "CO=Colorado ID=Idaho MT=Montana NM=New-Mexico UT=Utah WY=Wyoming"),
    ("US", "America/Phoenix", "AZ=Arizona"),
    ("US", _PACIFIC, "CA=California NV=Nevada OR=Oregon WA=Washington"),
    ("US", "America/Anchorage", "AK=Alaska"),
    ("US", "Pacific/Honolulu", "HI=Hawaii"),
    ("CA", "America/Toronto", "ON=Ontario QC=Quebec"),
    ("CA", "America/Halifax", "NB=New-Brunswick NS=Nova-Scotia PE=Prince-Edward-Island"),
    ("CA", "America/St_Johns", "NL=Newfoundland-and-Labrador"),
    ("CA", "America/Winnipeg", "MB=Manitoba"),
    ("CA", "America/Regina", "SK=Saskatchewan"),
    ("CA", "America/Edmonton", "AB=Alberta NT=Northwest-Territories"),
    ("CA", "America/Vancouver", "BC=British-Columbia"),
    ("CA", "America/Whitehorse", "YT=Yukon"),
    ("AU", "Australia/Sydney", "NSW=New-South-Wales ACT=Australian-Capital-Territory"),
    ("AU", "Australia/Melbourne", "VIC=Victoria"),
    ("AU", "Australia/Brisbane", "QLD=Queensland"),
    ("AU", "Australia/Adelaide", "SA=South-Australia"),
    ("AU", "Australia/Perth", "WA=Western-Australia"),
    ("AU", "Australia/Hobart", "TAS=Tasmania"),
    ("AU", "Australia/Darwin", "NT=Northern-Territory"),
    ("BR", "America/Manaus", "AM=Amazonas RR=Roraima RO=Rondônia"),
    ("BR", "America/Cuiaba", "MT=Mato-Grosso MS=Mato-Grosso-do-Sul"),
    ("BR", "America/Rio_Branco", "AC=Acre"),
    ("ES", "Atlantic/Canary", "CN=Canarias"),
    ("PT", "Atlantic/Azores", "20=Açores"),
    ("PT", "Atlantic/Madeira", "30=Madeira"),
)


def region_zone(country: str, region: str) -> str:
    """The IANA zone of a region, by its code or name in any case; empty where the country's main zone serves."""
    return _ZONES.get((country, _key(region)), "")


def zones_of_regions(country: str) -> frozenset[str]:
    """The zones of a country's regions, as far as they differ by region here."""
    return frozenset(zone for where, zone, _ in _TABLE if where == country)


def _key(region: str) -> str:
    return region.strip().casefold().replace(" ", "-")


def _rows() -> Iterator[tuple[tuple[str, str], str]]:
    for country, zone, regions in _TABLE:
        for region in regions.split():
            for name in region.split("="):
                yield (country, _key(name)), zone


_ZONES: Mapping[tuple[str, str], str] = MappingProxyType(dict(_rows()))
