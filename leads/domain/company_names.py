"""Reduces company names to a key under which spelling, accents and legal forms make no difference."""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

_LEGAL_FORMS = frozenset(
    """
    ab ad ag akciova aktiebolag aktiengesellschaft aktieselskab anonim ao aps ans as asa atbildibu bhd
    bv bvba co company corp corporation cv dd doo ead ek ev eood gbr geg gesellschaft gesmbh gmbh ggmbh
    hf inc incorporated ivs jsc kb kda kft kg kgaa kk ks lda limited limitada llc llp lp ltd ltda mbh nv
    nyrt ood ooo ou oy oyj oao pao partg partgmbb plc pllc pc proprietary pt pte pty pvt ptyltd rt sa
    saa sab sae sag sagl sal sapi sarl sas sasu sca scs se sia sl slu snc societe spa spj spzoo sro srl
    srls stg sti tbk uab ug ultd unlimited vof yk zao zoo zrt
    """.split(),  # noqa: SIM905 - a table to read
)
_LEGAL_PHRASES = (
    "gesellschaft mit beschrankter haftung",
    "gesellschaft mit beschraenkter haftung",
    "unternehmergesellschaft haftungsbeschrankt",
    "ug haftungsbeschrankt",
    "haftungsbeschrankt",
    "kommanditgesellschaft",
    "offene handelsgesellschaft",
    "eingetragener kaufmann",
    "societe anonyme",
    "societe par actions simplifiee",
    "societe a responsabilite limitee",
    "societa per azioni",
    "societa a responsabilita limitata",
    "sociedad anonima",
    "sociedad limitada",
    "sociedade anonima",
    "besloten vennootschap",
    "naamloze vennootschap",
    "osakeyhtio",
    "spolka akcyjna",
    "spolka z ograniczona odpowiedzialnoscia",
    "sp z oo",
    "sp zoo",
    "sa de cv",
    "s de rl de cv",
    "anonim sirketi",
    "limited liability company",
    "limited liability partnership",
    "public limited company",
    "private limited",
    "sdn bhd",
    "株式会社",
    "有限会社",
    "有限公司",
    "주식회사",
)
_LEADING_PHRASES = ("the", "ooo", "ооо", "оао", "пао", "зао", "ао", "株式会社", "有限会社", "주식회사")
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "&": " and ",
        "+": " and ",
    },
)
_AND = frozenset({"and", "und"})


@lru_cache(maxsize=20_000)
def company_name_key(name: str) -> str:
    """The name without case, accents, punctuation and legal form; '' for a name without a letter or digit.

    "Siemens Aktiengesellschaft", "SIEMENS AG" and "Siemens" have the same key. A name that is nothing but
    legal forms keeps them.
    """
    words = _words(name)
    if words[:1] == ["the"] and len(words) > 1:
        words = words[1:]
    core = _without_legal_form(words)
    return " ".join("and" if word == "und" else word for word in core or words)


def _words(name: str) -> list[str]:
    """Lower-case words without accents; single letters that stand together are one word (S. p. A. → spa)."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", plain))
    return [
        word
        for single, group in groupby(found, key=lambda word: len(word) == 1 and word.isalpha())
        for word in (["".join(group)] if single else group)
    ]


def _without_legal_form(words: list[str]) -> list[str]:
    text = " ".join(words)
    while text:
        shorter = _without_last(text)
        if shorter == text:
            break
        text = shorter
    return text.split()


def _without_last(text: str) -> str:
    """The text without one legal form at its end, or without a connecting word that one left there."""
    for phrase in _LEGAL_PHRASES if text.endswith(_LEGAL_PHRASES) else ():  # most names end in none of them
        if text.endswith(phrase) and (
            text == phrase or not phrase.isascii() or text[-len(phrase) - 1] == " "
        ):
            return text.removesuffix(phrase).strip()
    for phrase in _LEADING_PHRASES if text.startswith(_LEADING_PHRASES) else ():
        if text.startswith(phrase) and (not phrase.isascii() or text[len(phrase) : len(phrase) + 1] == " "):
            return text.removeprefix(phrase).strip()
    before, _, last = text.rpartition(" ")
    return before if last in _LEGAL_FORMS or last in _AND else text
