"""Keeps who is in which nurture track and when they are touched next; never who opted out or was bought (QU-16).

Marketing's own system does the touching: it reads what is due, and says here that it is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.domain.stages import Stage
from leads.models import Lead, Signal, User
from leads.models.lead import LeadQuerySet
from routing.domain import nurture as rules
from routing.domain.nurture import Placed, Touch, Track
from routing.models import NurturePlacement, NurtureTouch, NurtureTrack
from routing.models.nurture import PlacementQuerySet

CHUNK = 2000
WRITTEN = ("track_id", "because", "next_touch_on")
EDITED = ("name", "signal_types", "at_least", "window_days", "silent_days", "next_step", "every_days")


@dataclass(frozen=True)
class Kept:
    """How many are in a track after a run, and how many have left one."""

    placed: int
    left: int


def may_be_nurtured() -> LeadQuerySet:
    """Recycled leads, and those of marketing's that no one else works; with an address and without a “no”.

    A bought contact who never came by themselves is nobody's to write to.
    """
    recycled = Q(stage=Stage.RECYCLED)
    cool = Q(stage=Stage.LEAD, owner=None)
    found = Lead.objects.filter(recycled | cool, suppressed_at=None, merged_into=None)
    return found.filter(acquired=Lead.Acquired.OWN).exclude(email="")


def placements() -> PlacementQuerySet:
    """Who is in a track and may still be written to, at this moment: an opt-out counts before any sweep."""
    return NurturePlacement.objects.filter(lead__in=may_be_nurtured())


def place_all(*, now: datetime) -> Kept:
    """Choose everybody's track anew; who was touched keeps the rhythm. May run twice, and stop anywhere."""
    still = Exists(may_be_nurtured().filter(pk=OuterRef("lead")))
    left = NurturePlacement.objects.filter(~still).delete()[0]
    tracks = list(NurtureTrack.objects.order_by("position"))
    known_since = may_be_nurtured().order_by("pk").values_list("pk", "created_at")
    placed = gone = last = 0
    while chunk := dict(known_since.filter(pk__gt=last)[:CHUNK]):
        last = max(chunk)
        found = _found(chunk, tracks, now=now)
        gone += _write(chunk, found, {track.code: track for track in tracks}, now=now)
        placed += len(found)
    return Kept(placed, left + gone)


def touched(found: PlacementQuerySet, *, by: User, now: datetime) -> int:
    """Marketing has touched those of `found` that are due: the next touch is an interval later. Returns how many."""
    today = timezone.localdate(now)
    with transaction.atomic():
        due = found.due(today).select_for_update(of=("self",), skip_locked=True).select_related("track")
        rows = list(due.order_by("pk"))
        NurtureTouch.objects.bulk_create(
            [NurtureTouch(lead_id=row.lead_id, track=row.track, on=today, by=by) for row in rows],
            ignore_conflicts=True,
        )
        for row in rows:
            row.next_touch_on = rules.next_touch(last=today, every_days=row.track.every_days, today=today)
        NurturePlacement.objects.bulk_update(rows, ["next_touch_on"], batch_size=CHUNK)
    return len(rows)


def values_of(track: NurtureTrack) -> dict[str, object]:
    """What an editor may change, as it stands."""
    return {name: getattr(track, name) for name in EDITED}


def edition_of(track: NurtureTrack) -> str:
    """The edition of the track, for a form to carry."""
    return edition(values_of(track))


def edit(track: NurtureTrack, values: dict[str, object], *, seen: str, by: User, now: datetime) -> None:
    """Store the rule where it is still what was `seen`; who is in the track is looked at anew by the next run.

    Raises EditedMeanwhile.
    """
    with transaction.atomic():
        stored = NurtureTrack.objects.select_for_update(no_key=True).get(pk=track.pk)
        require_unchanged(values_of(stored), seen=seen)
        NurtureTrack.objects.filter(pk=track.pk).update(**values)
        audit.record(
            "nurture_track.edited",
            subject=f"nurture-track:{track.pk}",
            text=f"{by} edited the nurture track “{track}”",
            by=by,
            at=now,
            before=values_of(stored),
            after=values,
        )


def _found(
    known_since: Mapping[int, datetime], tracks: Sequence[NurtureTrack], *, now: datetime
) -> dict[int, Placed]:
    """By lead, the track that what they did leads to; one read of their touches."""
    ordered = [
        Track(each.code, frozenset(each.signal_types), each.at_least, each.window_days, each.silent_days)
        for each in tracks
    ]
    since = now - rules.reach_back(ordered)
    touches: dict[int, list[Touch]] = defaultdict(list)
    recent = Signal.objects.filter(lead_id__any_of=known_since, occurred_at__gt=since, occurred_at__lte=now)
    for lead_id, type_, at in recent.values_list("lead", "type", "occurred_at"):
        touches[lead_id].append(Touch(type_, at))
    placed = {
        lead_id: rules.place(ordered, done, known_since=known_since[lead_id], now=now)
        for lead_id, done in touches.items()
    }
    return {lead_id: one for lead_id, one in placed.items() if one is not None}


def _write(
    ids: Collection[int], found: Mapping[int, Placed], tracks: Mapping[str, NurtureTrack], *, now: datetime
) -> int:
    """What changed; returns how many of these leads have left their track."""
    fresh = _told(found, tracks, last=_last_touches(ids), today=timezone.localdate(now))
    with transaction.atomic():
        stored = NurturePlacement.objects.filter(lead_id__any_of=ids)
        kept = {lead_id: tuple(told) for lead_id, *told in stored.values_list("lead", *WRITTEN)}
        NurturePlacement.objects.bulk_create(
            [
                NurturePlacement(lead_id=lead_id, placed_at=now, **dict(zip(WRITTEN, told, strict=True)))
                for lead_id, told in fresh.items()
                if kept.get(lead_id) != told
            ],
            update_conflicts=True,
            unique_fields=["lead"],
            update_fields=WRITTEN,
        )
        gone = kept.keys() - fresh.keys()
        return NurturePlacement.objects.filter(lead_id__any_of=gone).delete()[0] if gone else 0


def _told(
    found: Mapping[int, Placed],
    tracks: Mapping[str, NurtureTrack],
    *,
    last: Mapping[int, date],
    today: date,
) -> dict[int, tuple[object, ...]]:
    """By lead, what is written of its place."""
    told: dict[int, tuple[object, ...]] = {}
    for lead_id, placed in found.items():
        track = tracks[placed.track]
        due = rules.next_touch(last=last.get(lead_id), every_days=track.every_days, today=today)
        told[lead_id] = track.pk, placed.because, due
    return told


def _last_touches(lead_ids: Iterable[int]) -> dict[int, date]:
    touches = NurtureTouch.objects.filter(lead_id__any_of=lead_ids).values("lead")
    return {row["lead"]: row["last"] for row in touches.annotate(last=Max("on"))}
