"""Publishes cadences in versions, each checked in words and audited; who is in one goes on with theirs (QU-6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from leads import audit
from leads.concurrent_edits import EditedMeanwhile
from leads.models import User
from routing.domain import cadence_faults
from routing.domain.cadence_faults import Draft, DraftStep
from routing.models import Cadence, CadenceStep, Enrolment, MailTemplate, ServiceLevel
from routing.models.cadence import CadenceQuerySet

LONGEST_HOLD = 365


class CadenceRefused(Exception):
    """What keeps the cadence from being published; `faults` says each in a sentence."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(faults))


def listed() -> CadenceQuerySet:
    """The cadences that new leads begin, by tier, with how many leads are in each (`running`)."""
    running = Count("enrolments", filter=Q(enrolments__state=Enrolment.State.RUNNING))
    found = Cadence.objects.current().annotate(running=running)
    return found.select_related("published_by").prefetch_related("steps__template").order_by("tier")


def tiers() -> list[str]:
    """Every tier that has a cadence or a promise, and so may have a cadence."""
    own = Cadence.objects.values_list("tier", flat=True)
    promised = ServiceLevel.objects.exclude(tier="").values_list("tier", flat=True)
    return sorted({*own, *promised})


def current(tier: str) -> Cadence | None:
    """The version that leads of the tier begin from now on."""
    return Cadence.objects.current().filter(tier=tier).first()


def draft_of(cadence: Cadence | None) -> Draft:
    """The cadence as a draft to go on from; an empty one where there is none."""
    if cadence is None:
        return Draft((), 7, Cadence.Ending.NURTURE, 30)
    rows = cadence.steps.select_related("template").order_by("position")
    steps = [
        DraftStep(row.day, row.channel, row.template.code if row.template else "", row.what) for row in rows
    ]
    return Draft(steps, cadence.ends_on_day, cadence.ending, cadence.hold_days)


def publish(tier: str, draft: Draft, *, seen: int, by: User, now: datetime) -> Cadence:
    """Let leads of the tier begin `draft` from now on; `seen` is the version it was made from, 0 for none.

    Raises CadenceRefused, and EditedMeanwhile where another version was published since.
    """
    templates = {template.code: template for template in MailTemplate.objects.filter(is_active=True)}
    found = _faults(draft, templates)
    if found:
        raise CadenceRefused(found)
    with transaction.atomic():
        before = Cadence.objects.select_for_update(no_key=True).filter(tier=tier, is_current=True).first()
        if (before.version if before else 0) != seen:
            raise EditedMeanwhile
        was = _values(draft_of(before)) if before else None
        Cadence.objects.filter(tier=tier, is_current=True).update(is_current=False)
        cadence = write(tier, draft, templates, by=by, now=now)
        audit.record(
            "cadence.published",
            subject=f"cadence:{tier}",
            text=f"{by} published the {cadence}",
            by=by,
            at=now,
            before=was,
            after=_values(draft),
        )
    return cadence


def _faults(draft: Draft, templates: Mapping[str, MailTemplate]) -> list[str]:
    found = cadence_faults.faults(draft.steps, ends_on_day=draft.ends_on_day, templates=templates.keys())
    if draft.ending not in Cadence.Ending.values:
        found.append("Choose what becomes of a lead that nobody reached.")
    if not 1 <= draft.hold_days <= LONGEST_HOLD:
        found.append(f"Let it rest for 1 to {LONGEST_HOLD} days.")
    return found


def write(
    tier: str, draft: Draft, templates: Mapping[str, MailTemplate], *, by: User | None, now: datetime
) -> Cadence:
    """The tier's next version with its steps, in force from `now`; the one writer of cadences' rows."""
    latest = Cadence.objects.filter(tier=tier).order_by("-version").values_list("version", flat=True).first()
    cadence = Cadence.objects.create(
        tier=tier,
        version=(latest or 0) + 1,
        ends_on_day=draft.ends_on_day,
        ending=draft.ending,
        hold_days=draft.hold_days,
        is_current=True,
        published_at=now,
        published_by=by,
    )
    CadenceStep.objects.bulk_create(
        [
            CadenceStep(
                cadence=cadence,
                position=position,
                day=step.day,
                channel=step.channel,
                what=step.what,
                template=templates.get(step.template),
            )
            for position, step in enumerate(draft.steps, start=1)
        ]
    )
    return cadence


def _values(draft: Draft) -> dict[str, object]:
    """The draft in values, for the audit."""
    return {
        "steps": [[step.day, step.channel, step.template, step.what] for step in draft.steps],
        "ends_on_day": draft.ends_on_day,
        "ending": draft.ending,
        "hold_days": draft.hold_days,
    }
