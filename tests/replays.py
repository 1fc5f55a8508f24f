"""What a replay must find: the moments that really made leads MQLs, and the slow way to find any model's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from leads.domain.stages import Stage
from leads.facts import facts_of
from leads.models import Lead, Signal, StageVisit
from scoring import qualification, replay, scores
from scoring.domain import criteria, engagement
from scoring.domain.engagement import Touch
from scoring.domain.model import Model
from scoring.domain.passages import ASKED, PASSED, Passage, Visit, passages_of
from scoring.domain.weeks import week_of
from scoring.replay import Period
from scoring.scores import Evidence, Figures, Standing

Passes = set[tuple[int, datetime]]


def really_qualified(period: Period) -> Passes:
    """Every lead that the gate made an MQL, with the moment."""
    rows = StageVisit.objects.filter(stage=Stage.MQL, cause__in=(ASKED, PASSED))
    return {(lead, at) for lead, at in rows.values_list("lead", "entered_at") if at in period}


def replayed(model: Model, period: Period, *, draft: Model | None = None) -> tuple[Passes, Passes]:
    """The same as the replay finds it: by the model, and by a draft beside it."""
    outcomes = list(replay.replay(model, draft or model, period=period, progress=lambda *_: None))
    return (
        {(each.lead_id, each.today.scores.at) for each in outcomes if each.today.scores},
        {(each.lead_id, each.draft.scores.at) for each in outcomes if each.draft.scores},
    )


def one_by_one(model: Model, period: Period) -> Passes:
    """The same by asking the gate at every touch and every release, with all that was known by then."""
    found = {
        (lead.pk, at)
        for lead in Lead.objects.select_related("account")
        for passage in _passages(lead)
        for at in _first(lead, passage, model)
    }
    return {(lead, at) for lead, at in found if at in period}


def _passages(lead: Lead) -> list[Passage]:
    visits = lead.visits.order_by("entered_at", "id")
    return passages_of(
        Visit(Stage(visit.stage), visit.came_from, visit.entered_at, visit.cause) for visit in visits
    )


def _first(lead: Lead, passage: Passage, model: Model) -> Iterator[datetime]:
    signals = list(Signal.objects.filter(lead=lead).order_by("received_at", "id"))
    moments = [(one.received_at, one.type_id, place + 1) for place, one in enumerate(signals)]
    if passage.released_at is not None:
        known = [one for one in signals if one.received_at <= passage.released_at]
        moments.append((passage.released_at, "", len(known)))
    for at, trigger, known_by_then in sorted(moments):
        if passage.holds(at) and _passes(
            lead, passage, model, known=signals[:known_by_then], trigger=trigger, at=at
        ):
            yield at
            return


def _passes(
    lead: Lead, passage: Passage, model: Model, *, known: list[Signal], trigger: str, at: datetime
) -> bool:
    """The very question that the pipeline asks, of the lead as it stood."""
    suppressed_at = Lead.objects.values_list("suppressed_at", flat=True).get(pk=lead.pk)
    lead.stage, lead.held_from = passage.stage_at(at), passage.held_from
    lead.suppressed_at = suppressed_at if suppressed_at and suppressed_at <= at else None
    lead.held_until = datetime.max.replace(tzinfo=at.tzinfo) if lead.stage == Stage.RECYCLED else None
    standing = _standing(lead, model, known, at)
    return qualification.judge(lead, standing, trigger=trigger, now=at).verdict.qualified


def _standing(lead: Lead, model: Model, known: list[Signal], at: datetime) -> Standing:
    zone = settings.ORGANISATION_TIME_ZONE
    touches = tuple(
        Touch(one.type_id, one.occurred_at, week_of(one.occurred_at, zone), one.depth) for one in known
    )
    decay = model.decay(scores.current_week(at))
    stored = engagement.store(touches, model.behaviours, decay)
    fit = criteria.score(model.fit, facts_of(lead))
    engaged = engagement.engagement_in(stored, scores.current_week(at), decay)
    return Standing(
        before=None,
        now=Figures(fit.value, engaged, 0, ""),
        fit=fit,
        urgency=fit,
        stored=stored,
        evidence=Evidence(touches, (), {}),
        model=model,
    )
