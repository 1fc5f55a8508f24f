"""The seeded operating model: installs what is missing, and leaves alone what is there.

The numbers are defaults that an ops admin edits; after the first installation the database is the truth.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from leads import deal_lists, form_setup
from leads.models import SignalType
from routing import cadence_setup
from routing.domain.seed import PROMISES, Promised
from routing.models import (
    BusinessCalendar,
    LadderStep,
    Pool,
    RejectionReason,
    RoutingRule,
    RuleSet,
    ServiceLevel,
)
from scoring import scorecard_rows
from scoring.domain import seed, seed_account
from scoring.domain.model import Model
from scoring.domain.weeks import week_of
from scoring.models import DecayState, Scorecard

Outcome = RejectionReason.Outcome
Target = RoutingRule.Target

# code, label, outcome, days on hold, whether a note is required (LC-5)
REASONS = (
    ("bad-fit", "Bad fit", Outcome.DISQUALIFY, None, False),
    ("low-intent", "Low intent", Outcome.RECYCLE, 60, False),
    ("wrong-timing", "Wrong timing", Outcome.RECYCLE, 180, False),
    ("wrong-role", "Wrong role", Outcome.RECYCLE, 90, False),
    ("duplicate", "Duplicate", Outcome.MERGE, None, True),
    ("no-budget", "No budget for 12 months or more", Outcome.DISQUALIFY, None, False),
    ("competitor", "Happy with a competitor", Outcome.DISQUALIFY, None, False),
    ("not-buying", "Not involved in buying", Outcome.DISQUALIFY, None, False),
    ("long-timeline", "Timeline of 18 months or more", Outcome.DISQUALIFY, None, False),
    ("small-budget", "Not enough budget", Outcome.RECYCLE, 90, False),
    ("unresponsive", "Unresponsive", Outcome.RECYCLE, 60, False),
)
LOOKED_AT_AGAIN = "bad-fit"  # where fit is high (LC-17)

MODEL = Model(
    version=1,
    fit=tuple(seed.FIT),
    urgency=tuple(seed.URGENCY),
    account=tuple(seed_account.ACCOUNT),
    behaviours={each.type: each for each in seed.BEHAVIOURS},
    tiers=tuple(seed.TIERS),
    gate=seed.GATE,
    decay_factor=seed.DECAY_FACTOR,
    inactivity_weeks=seed.INACTIVITY_WEEKS,
    urgency_window_days=seed.URGENCY_WINDOW_DAYS,
    grades=seed.GRADE_THRESHOLDS,
    icp_fit=seed_account.ICP_FIT,
)


def _is(attribute: str) -> list[dict[str, object]]:
    return [{"attribute": attribute, "operator": "is_one_of", "values": [True]}]


# name, conditions, target (RT-2, RT-14); the territories' rules follow as territories are made
RULES: tuple[tuple[str, list[dict[str, object]], Target], ...] = (
    ("open opportunity", [], Target.OPPORTUNITY_OWNER),
    ("named account", _is("named_account"), Target.ACCOUNT_OWNER),
    ("customer", _is("customer"), Target.NOTIFY_CSM),
    ("account in hand", [], Target.ACCOUNT_WORK_OWNER),
)

WEEKDAYS_NINE_TO_SIX = {str(day): [["09:00", "18:00"]] for day in range(5)}


@transaction.atomic
def install(*, now: datetime) -> bool:
    """Install the seeded model where there is none; returns whether it did."""
    cadence_setup.install(now=now)
    if Scorecard.objects.exists():
        form_setup.install(now=now)
        return False
    _install_scorecard(now=now)
    form_setup.install(now=now)
    _install_reasons()
    deal_lists.install()
    _install_service_levels()
    _install_routing(now=now)
    week = week_of(now, settings.ORGANISATION_TIME_ZONE)
    DecayState.objects.get_or_create(pk=1, defaults={"epoch": week, "week": week})
    return True


def _install_scorecard(*, now: datetime) -> None:
    SignalType.objects.bulk_create([SignalType(code=row.type, label=row.label) for row in seed.BEHAVIOURS])
    scorecard = Scorecard.objects.create(version=1, note="Seeded", created_at=now)
    scorecard_rows.write(scorecard, MODEL)
    Scorecard.objects.filter(pk=scorecard.pk).update(status=Scorecard.Status.PUBLISHED, published_at=now)


def _install_reasons() -> None:
    RejectionReason.objects.bulk_create(
        [
            RejectionReason(
                code=code,
                label=label,
                outcome=outcome,
                hold_days=days,
                note_required=note,
                gives_turn_back=outcome == Outcome.MERGE,
                second_look=code == LOOKED_AT_AGAIN,
                position=place,
            )
            for place, (code, label, outcome, days, note) in enumerate(REASONS, start=1)
        ]
    )


def _install_service_levels() -> None:
    levels = ServiceLevel.objects.bulk_create([_service_level(promised) for promised in PROMISES])
    LadderStep.objects.bulk_create(
        [
            LadderStep(service_level=level, after=step.after, action=step.action)
            for level, promised in zip(levels, PROMISES, strict=True)
            for step in promised.ladder
        ]
    )
    BusinessCalendar.objects.create(
        name="Company", zone=settings.ORGANISATION_TIME_ZONE, hours=WEEKDAYS_NINE_TO_SIX
    )


def _service_level(promised: Promised) -> ServiceLevel:
    runs_in = ServiceLevel.Runs.WALL if promised.in_wall_time else ServiceLevel.Runs.BUSINESS
    return ServiceLevel(
        clock=promised.clock,
        tier=promised.tier,
        priority=promised.priority,
        target=promised.target,
        runs_in=runs_in,
    )


def _install_routing(*, now: datetime) -> None:
    """Owners first; territories join the list as they are made; who is left goes to the fallback pool (RT-2)."""
    Pool.objects.create(name="Fallback", is_fallback=True)
    rules = RuleSet.objects.create(
        version=1, status=RuleSet.Status.PUBLISHED, created_at=now, published_at=now
    )
    RoutingRule.objects.bulk_create(
        [
            RoutingRule(rule_set=rules, position=place, name=name, when=when, target=target)
            for place, (name, when, target) in enumerate(RULES, start=1)
        ]
    )
