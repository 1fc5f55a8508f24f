"""The operating model that Baton starts with, for a seller of business software: plain data, all editable."""

from collections.abc import Sequence

from leads.domain.conditions import Condition, Operator, Value
from scoring.domain.criteria import Criterion, Level
from scoring.domain.engagement import Behaviour
from scoring.domain.gate import Gate
from scoring.domain.tiers import Action, TierRow

DECAY_FACTOR = 0.75
INACTIVITY_WEEKS = 26
URGENCY_WINDOW_DAYS = 90
GRADE_THRESHOLDS = (75.0, 50.0, 25.0)
GATE = Gate()


def _one_of(attribute: str, *values: Value) -> Condition:
    return Condition(attribute, Operator.IS_ONE_OF, values)


def _contains(attribute: str, *values: Value) -> Condition:
    return Condition(attribute, Operator.CONTAINS_ANY, values)


def _between(attribute: str, least: float, most: float) -> Condition:
    return Condition(attribute, Operator.BETWEEN, (least, most))


def _at_least(attribute: str, least: float) -> Condition:
    return Condition(attribute, Operator.AT_LEAST, (least,))


def _at_most(attribute: str, most: float) -> Condition:
    return Condition(attribute, Operator.AT_MOST, (most,))


_RIGHT_DEPARTMENTS = ("sales", "marketing", "operations", "executive")
_ADJACENT_DEPARTMENTS = ("customer_success", "finance", "it", "product")
_CRMS = ("Salesforce", "HubSpot", "Microsoft Dynamics", "Pipedrive", "Zoho CRM")
_AUTOMATION = ("Marketo", "HubSpot", "Pardot", "Eloqua", "ActiveCampaign", "Mailchimp")

FIT: Sequence[Criterion] = (
    Criterion(
        "company_size",
        "Company size",
        25,
        (
            Level(0, "outside"),
            Level(1, "adjacent", (_between("employees", 20, 20_000),)),
            Level(2, "close", (_between("employees", 50, 5_000),)),
            Level(3, "bullseye", (_between("employees", 200, 2_000),)),
        ),
    ),
    Criterion(
        "industry",
        "Industry",
        20,
        (
            Level(0, "wrong"),
            Level(
                1,
                "tangential",
                (
                    _contains(
                        "industry", "manufacturing", "logistics", "retail", "education", "media", "energy"
                    ),
                ),
            ),
            Level(
                2,
                "adjacent",
                (
                    _contains(
                        "industry",
                        "financial services",
                        "insurance",
                        "telecommunications",
                        "consulting",
                        "professional services",
                        "e-commerce",
                        "internet",
                    ),
                ),
            ),
            Level(
                3,
                "core",
                (
                    _contains(
                        "industry",
                        "software",
                        "SaaS",
                        "fintech",
                        "cloud",
                        "information technology",
                        "cybersecurity",
                    ),
                ),
            ),
        ),
    ),
    Criterion(
        "technology",
        "Technology",
        20,
        (
            Level(0, "none"),
            Level(
                1,
                "some",
                (_contains("technologies", *_CRMS, *_AUTOMATION, "Google Analytics", "Segment", "Slack"),),
            ),
            Level(2, "strong", (_contains("technologies", *_CRMS),)),
            Level(3, "exact", (_contains("technologies", *_CRMS), _contains("technologies", *_AUTOMATION))),
        ),
    ),
    Criterion(
        "growth_stage",
        "Growth stage",
        15,
        (
            Level(0, "wrong"),
            Level(1, "early", (_one_of("growth_stage", "seed", "startup", "early"),)),
            Level(2, "approaching", (_one_of("growth_stage", "series a", "expansion", "mature", "public"),)),
            Level(
                3,
                "ideal",
                (_one_of("growth_stage", "series b", "series c", "series d", "growth", "scale-up"),),
            ),
        ),
    ),
    Criterion(
        "geography",
        "Geography",
        10,
        (
            Level(0, "excluded"),
            Level(
                1,
                "secondary",
                (
                    _one_of(
                        "country",
                        *("FR", "BE", "IT", "ES", "PT", "PL", "CZ", "SK", "HU", "SI", "HR", "GR", "RO", "BG"),
                        *("EE", "LV", "LT", "MT", "CY", "IS", "AU", "NZ", "SG"),
                    ),
                ),
            ),
            Level(2, "primary", (_one_of("country", "LI", "LU", "NL", "DK", "SE", "NO", "FI"),)),
            Level(3, "core", (_one_of("country", "DE", "AT", "CH", "GB", "IE", "US", "CA"),)),
        ),
    ),
    Criterion(
        "role",
        "Role",
        10,
        (
            Level(0, "wrong department"),
            Level(1, "adjacent", (_one_of("department", *_ADJACENT_DEPARTMENTS),)),
            Level(2, "right department", (_one_of("department", *_RIGHT_DEPARTMENTS),)),
            Level(
                3,
                "decision maker",
                (_one_of("department", *_RIGHT_DEPARTMENTS), _one_of("seniority", "decision_maker")),
            ),
        ),
    ),
)

URGENCY: Sequence[Criterion] = (
    Criterion(
        "recency",
        "Recency",
        25,
        (
            Level(0, "none", (Condition("days_since_last_signal", Operator.IS_UNKNOWN),)),
            Level(1, "over 30 days", (_at_least("days_since_last_signal", 0),)),
            Level(2, "7 to 30 days", (_at_most("days_since_last_signal", 30),)),
            Level(3, "under 7 days", (_at_most("days_since_last_signal", 6),)),
        ),
    ),
    Criterion(
        "content_depth",
        "Content depth",
        25,
        (
            Level(0, "blog"),
            Level(1, "mid-funnel", (_at_least("content_depth", 1),)),
            Level(2, "bottom-funnel", (_at_least("content_depth", 2),)),
            Level(3, "pricing or demo", (_at_least("content_depth", 3),)),
        ),
    ),
    Criterion(
        "critical_event",
        "Critical event",
        20,
        (
            Level(0, "none"),
            Level(1, "implied", (_one_of("critical_event", "implied"),)),
            Level(2, "mentioned", (_one_of("critical_event", "mentioned"),)),
            Level(3, "confirmed", (_one_of("critical_event", "confirmed"),)),
        ),
    ),
    Criterion(
        "repeat_visits",
        "Repeat visits",
        15,
        (
            Level(0, "1 session"),
            Level(1, "2 to 3 sessions", (_at_least("visits", 2),)),
            Level(2, "4 to 6 sessions", (_at_least("visits", 4),)),
            Level(3, "7 sessions or more", (_at_least("visits", 7),)),
        ),
    ),
    Criterion(
        "direct_request",
        "Direct request",
        15,
        (
            Level(0, "content only"),
            Level(1, "newsletter", (_at_least("direct_request", 1),)),
            Level(2, "webinar", (_at_least("direct_request", 2),)),
            Level(3, "demo or trial", (_at_least("direct_request", 3),)),
        ),
    ),
)

BEHAVIOURS: Sequence[Behaviour] = (
    Behaviour("page_view", "Page view", 1, weekly_cap=5, depth_multiplier=1.5),
    Behaviour("pricing_page", "Pricing page", 10, weekly_cap=20, depth=3, minimum_tier="T3"),
    Behaviour("form_submit", "Form submitted", 5, weekly_cap=10, depth=1),
    Behaviour("newsletter_signup", "Newsletter sign-up", 3, weekly_cap=3, request=1),
    Behaviour(
        "demo_request",
        "Demo request",
        40,
        weekly_cap=40,
        depth=3,
        request=3,
        hand_raise=True,
        minimum_tier="T2",
    ),
    Behaviour(
        "contact_request",
        "Contact request",
        30,
        weekly_cap=30,
        depth=3,
        request=3,
        hand_raise=True,
        minimum_tier="T2",
    ),
    Behaviour(
        "call_request",
        "Call request",
        35,
        weekly_cap=35,
        depth=3,
        request=3,
        hand_raise=True,
        minimum_tier="T2",
    ),
    Behaviour(
        "pricing_request",
        "Pricing request",
        35,
        weekly_cap=35,
        depth=3,
        request=3,
        hand_raise=True,
        minimum_tier="T2",
    ),
    Behaviour("webinar_registered", "Webinar registered", 5, weekly_cap=10, depth=1, request=2),
    Behaviour("webinar_attended", "Webinar attended", 15, weekly_cap=30, depth=1, request=2),
    Behaviour("email_open", "E-mail opened", 0),
    Behaviour("email_click", "E-mail clicked", 3, weekly_cap=9),
    Behaviour("content_download", "Content download", 8, weekly_cap=16, depth_multiplier=1.25, depth=1),
    Behaviour("case_study", "Case study", 10, weekly_cap=20, depth=2),
    Behaviour("event_attended", "Event attended", 15, weekly_cap=30, depth=1),
    Behaviour("trial_started", "Trial started", 30, weekly_cap=30, depth=3, request=3, minimum_tier="T2"),
    Behaviour("trial_activated", "Trial activated", 20, weekly_cap=20, depth=3, request=3, minimum_tier="T2"),
    Behaviour("chat", "Chat", 8, weekly_cap=16, depth=2),
    Behaviour("intent_surge", "Intent surge", 10, weekly_cap=10, depth=2),
    Behaviour("jobs_page", "Jobs page", -10, weekly_cap=20),
    Behaviour("unsubscribe", "Unsubscribed", -25, weekly_cap=25),
    Behaviour("email_bounced", "E-mail bounced", -15, weekly_cap=15),
)

TIERS: Sequence[TierRow] = (
    TierRow("T1", "Tier 1", 70, 60, Action.ROUTE_TO_AE),
    TierRow("T2", "Tier 2", 50, 40, Action.ROUTE_TO_SDR),
    TierRow("T3", "Tier 3", 30, 30, Action.NURTURE),
    TierRow("NURTURE", "Nurture and watch", 30, 0, Action.WATCH),
)
