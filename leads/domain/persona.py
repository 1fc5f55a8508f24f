"""Reads department and seniority from a job title in English or German, by tables of words."""

import re
from collections.abc import Sequence
from functools import lru_cache

UNKNOWN = ""
DECISION_MAKER, MANAGER, INDIVIDUAL = "decision_maker", "manager", "individual"


def _pattern(words: str, stems: str = "") -> re.Pattern[str]:
    """Matches any of the words as whole words, and any of the stems anywhere (German joins its words)."""
    whole = "|".join(re.escape(word.strip()) for word in words.split(","))
    parts = "|".join(re.escape(stem.strip()) for stem in stems.split(",") if stem.strip())
    return re.compile(rf"(?<!\w)(?:{whole})(?!\w)" + (f"|{parts}" if parts else ""))


_DEPARTMENTS: Sequence[tuple[str, re.Pattern[str]]] = (
    (
        "operations",
        _pattern(
            "revenue operations, revops, rev ops, sales operations, sales ops, marketing operations, "
            "marketing ops, "
            "mops, salesops, business operations, gtm operations, sales enablement, vertriebssteuerung",
        ),
    ),
    (
        "customer_success",
        _pattern("customer success, customer experience, customer support, cco, kundenservice"),
    ),
    (
        "sales",
        _pattern(
            "sales, cso, cro, chief revenue officer, revenue, account executive, account manager, "
            "account director, business development, sdr, bdr, key account, inside sales, commercial",
            "vertrieb, verkauf, verkäuf, kundenberat, außendienst",
        ),
    ),
    (
        "marketing",
        _pattern(
            "marketing, marketer, cmo, brand, demand generation, demand gen, growth, content, "
            "communications, pr, seo, crm, "
            "campaign, kommunikation",
            "marketing, werbe",
        ),
    ),
    (
        "finance",
        _pattern(
            "finance, financial, cfo, controller, controlling, accounting, accountant, treasury, "
            "treasurer, finanzen, "
            "audit, steuern",
            "finanz, buchhalt, kaufmännisch",
        ),
    ),
    (
        "hr",
        _pattern(
            "hr, human resources, people, talent, recruiter, recruiting, recruitment, chro, "
            "people operations, personal",
            "personalleit, personalref, personalwesen, personalentwickl",
        ),
    ),
    (
        "legal",
        _pattern(
            "legal, counsel, compliance, lawyer, attorney, justiziar, recht, datenschutz", "rechtsabteil"
        ),
    ),
    (
        "procurement",
        _pattern("procurement, purchasing, buyer, sourcing, einkauf", "einkäuf, einkaufs, beschaff"),
    ),
    (
        "it",
        _pattern(
            "it, cto, cio, chief information officer, ciso, engineer, engineering, developer, software, "
            "devops, data, technology, "
            "technical, "
            "information technology, information security, architect, sysadmin, edv, technik, programmer",
            "entwickler, informatik, softwareent, administrator",
        ),
    ),
    ("product", _pattern("product, cpo, product owner, ux, designer, design, produkt", "produktmanag")),
    (
        "operations",
        _pattern(
            "operations, operational, coo, operating officer, supply chain, logistics, production, betrieb",
            "logistik, betriebsleit",
        ),
    ),
    (
        "executive",
        _pattern(
            "ceo, chief executive officer, chief executive, founder, co-founder, cofounder, owner, "
            "co-owner, president, "
            "managing director, general manager, managing partner, partner, chairman, chairwoman, chair, "
            "principal, "
            "chief of staff, board member, md, gf, gründer, gründerin, inhaber, inhaberin, vorstand, "
            "proprietor",
            "geschäftsführ, geschaeftsfuehr, geschäftsleit, vorstands",
        ),
    ),
)

_ASSISTANTS = _pattern(
    "assistant to, executive assistant, personal assistant, office assistant, pa to, ea to, assistenz, "
    "assistentin, "
    "assistent, chief of staff to, intern, internship, trainee, praktikant, praktikantin, werkstudent, "
    "werkstudentin, "
    "auszubildende, auszubildender, azubi, student, apprentice, working student",
    "assistenz der, assistent der, assistentin der, praktikum",
)
_NOT_LEADERS = _pattern(
    "account executive, senior account executive, account manager, key account manager, sales executive, "
    "marketing executive, product owner, scrum master, process owner",
)
_LEADERS = _pattern(
    "ceo, cfo, cto, cio, cmo, coo, cro, cso, cpo, ciso, chro, cco, cdo, chief, founder, co-founder, "
    "cofounder, owner, "
    "co-owner, president, vice president, vp, svp, evp, avp, head, director, managing director, "
    "managing partner, partner, "
    "general manager, gm, md, gf, chairman, chairwoman, principal, gründer, gründerin, inhaber, inhaberin, "
    "vorstand, "
    "leiter, leiterin, leitung, direktor, direktorin, prokurist, prokuristin, proprietor",
    "geschäftsführ, geschaeftsfuehr, geschäftsleit, bereichsleit, abteilungsleit, vertriebsleit, "
    "marketingleit, "
    "verkaufsleit, personalleit, einkaufsleit, betriebsleit, vorstandsm, vorstandsv, it-leit, werksleit, "
    "standortleit, "
    "finanzleit, hauptabteilungs",
)
_MANAGERS = _pattern(
    "manager, managerin, lead, team lead, teamlead, supervisor, team leader, coordinator, koordinator, "
    "koordinatorin",
    "teamleit, gruppenleit, projektleit, schichtleit",
)
_INDIVIDUALS = _pattern(
    "specialist, analyst, engineer, developer, consultant, associate, representative, rep, sdr, bdr, "
    "executive, "
    "assistant, administrator, designer, architect, advisor, adviser, accountant, buyer, recruiter, agent, "
    "clerk, officer, "
    "scientist, technician, marketer, counsel, controller, planner, writer, editor, strategist, expert, "
    "freelancer, "
    "referent, referentin, sachbearbeiter, sachbearbeiterin, mitarbeiter, mitarbeiterin, berater, "
    "beraterin, fachkraft, "
    "kaufmann, kauffrau, techniker, ingenieur, programmer",
    "entwickler, referent, sachbearbeit, mitarbeiter, spezialist, einkäufer, verkäufer, berater, buchhalter",
)


@lru_cache(maxsize=10_000)
def department_of(title: str) -> str:
    """The department a title belongs to: "sales", "marketing", "operations", …; '' when it does not say."""
    words = _plain(title)
    return next((name for name, pattern in _DEPARTMENTS if pattern.search(words)), UNKNOWN)


@lru_cache(maxsize=10_000)
def seniority_of(title: str) -> str:
    """Whether a title decides, manages or does the work; '' when it does not say."""
    words = _plain(title)
    if _ASSISTANTS.search(words):
        return INDIVIDUAL
    if _LEADERS.search(_NOT_LEADERS.sub(" ", words)):
        return DECISION_MAKER
    if _NOT_LEADERS.search(words):
        return INDIVIDUAL
    if _MANAGERS.search(words):
        return MANAGER
    return INDIVIDUAL if _INDIVIDUALS.search(words) else UNKNOWN


def _plain(title: str) -> str:
    """The title in lower case and single spaces, without the gender marks of German titles."""
    words = re.sub(
        r"[:*_/](?:in|innen|r)\b|\((?:m|w|f|d|x|/)+\)|\(in\)", "", title.casefold().replace("ß", "ss")
    )
    return " ".join(words.replace(".", "").split())
