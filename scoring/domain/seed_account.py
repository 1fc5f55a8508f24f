"""The account criteria that Baton starts with: what makes a company worth the effort, beside its people (SC-10)."""

from collections.abc import Sequence

from leads.domain.conditions import Condition, Operator, Value
from scoring.domain.criteria import Criterion, Level

ICP_FIT = 60
"""From which fit of the company alone it counts as an ideal customer."""


def _one_of(attribute: str, *values: Value) -> tuple[Condition, ...]:
    return (Condition(attribute, Operator.IS_ONE_OF, values),)


def _at_least(attribute: str, least: float) -> tuple[Condition, ...]:
    return (Condition(attribute, Operator.AT_LEAST, (least,)),)


def _between(attribute: str, least: float, most: float) -> tuple[Condition, ...]:
    return (Condition(attribute, Operator.BETWEEN, (least, most)),)


def _contains(attribute: str, *values: Value) -> tuple[Condition, ...]:
    return (Condition(attribute, Operator.CONTAINS_ANY, values),)


_CRMS = ("Salesforce", "HubSpot", "Microsoft Dynamics", "Pipedrive", "Zoho CRM")
_AUTOMATION = ("Marketo", "HubSpot", "Pardot", "Eloqua", "ActiveCampaign", "Mailchimp")

ACCOUNT: Sequence[Criterion] = (
    Criterion(
        "account_size",
        "Size",
        20,
        (
            Level(0, "outside"),
            Level(1, "adjacent", _between("employees", 20, 20_000)),
            Level(2, "close", _between("employees", 50, 5_000)),
            Level(3, "bullseye", _between("employees", 200, 2_000)),
        ),
    ),
    Criterion(
        "account_growth",
        "Growth",
        15,
        (
            Level(0, "wrong"),
            Level(1, "early", _one_of("growth_stage", "seed", "startup", "early")),
            Level(2, "approaching", _one_of("growth_stage", "series a", "expansion", "mature", "public")),
            Level(
                3, "ideal", _one_of("growth_stage", "series b", "series c", "series d", "growth", "scale-up")
            ),
        ),
    ),
    Criterion(
        "account_technology",
        "Technology",
        15,
        (
            Level(0, "none"),
            Level(1, "some", _contains("technologies", *_CRMS, *_AUTOMATION, "Google Analytics", "Segment")),
            Level(2, "strong", _contains("technologies", *_CRMS)),
            Level(3, "exact", _contains("technologies", *_CRMS) + _contains("technologies", *_AUTOMATION)),
        ),
    ),
    Criterion(
        "open_opportunities",
        "Open opportunities",
        20,
        (
            Level(0, "none"),
            Level(2, "one", _at_least("open_opportunities", 1)),
            Level(3, "several", _at_least("open_opportunities", 2)),
        ),
    ),
    Criterion(
        "wins_in_industry",
        "Wins in the industry",
        10,
        (
            Level(0, "none"),
            Level(1, "one or two", _at_least("wins_in_industry", 1)),
            Level(2, "three to nine", _at_least("wins_in_industry", 3)),
            Level(3, "ten or more", _at_least("wins_in_industry", 10)),
        ),
    ),
    Criterion(
        "budget",
        "Budget",
        10,
        (
            Level(0, "none"),
            Level(1, "discussed", _one_of("budget", "discussed", "requested")),
            Level(2, "planned", _one_of("budget", "planned")),
            Level(3, "approved", _one_of("budget", "approved", "confirmed")),
        ),
    ),
    Criterion(
        "standing",
        "Standing",
        10,
        (Level(0, "in dispute"), Level(3, "nothing in dispute", _one_of("in_dispute", False))),
    ),
)
