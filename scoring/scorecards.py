"""Versions of the scoring model: draft, edit, publish, roll back; what was published never changes (SC-13).

Every step is in the audit, with what it changed in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import F, Max, QuerySet

from leads import audit
from leads.actors import Actor, Job
from leads.concurrent_edits import EditedMeanwhile
from leads.models import AuditEntry, User
from leads.remembering import remembered_by_edition
from scoring import scorecard_rows
from scoring.domain import publishable
from scoring.domain.comparison import NOTHING, Change, compare, in_one_line
from scoring.domain.model import Model
from scoring.domain.publishable import Fault
from scoring.models import Scorecard
from scoring.scorecard_rows import VOCABULARIES

Status = Scorecard.Status
SET_UP = Job("set-up")  # who acts where no person does
ALIKE_IN_WORDS = "What it says is written in another way."


class NotPublishable(Exception):
    """The draft breaks a rule; `problems` says what to change and where, a sentence each."""

    def __init__(self, problems: list[Fault]) -> None:
        super().__init__(" ".join(fault.sentence for fault in problems))
        self.problems = problems


class NotADraft(Exception):
    """Only a draft can be edited, published or discarded."""


class NeverPublished(Exception):
    """Only what once scored, and does so no more, can be rolled back to."""


def published_model() -> Model:
    """The model that scores today."""
    return load(_published())


@remembered_by_edition
def _published() -> Scorecard:
    return Scorecard.objects.published()


def load(scorecard: Scorecard) -> Model:
    """The version as values for the domain; versions that cannot change are kept in memory."""
    if scorecard.published_at is None:
        return scorecard_rows.read(scorecard.pk)
    return of_version(scorecard.pk)


def changes(one: Scorecard, other: Scorecard) -> list[Change]:
    """What the two versions say differently, in words."""
    return compare(load(one), load(other))


def history(scorecard: Scorecard) -> QuerySet[AuditEntry]:
    """Who did what to the version, the newest first."""
    return audit.of(_subject(scorecard.version))


def problems(scorecard: Scorecard) -> list[Fault]:
    """What keeps the version from being published: a sentence each, with the field it concerns."""
    return problems_of(scorecard_rows.read(scorecard.pk))


def problems_of(model: Model) -> list[Fault]:
    """What keeps a model from being published."""
    return publishable.faults(model, vocabularies=VOCABULARIES)


def create_draft(based_on: Scorecard, *, by: Actor | None, now: datetime) -> Scorecard:
    """A new draft with everything that `based_on` holds."""
    with transaction.atomic():
        draft = _copy(based_on, by=by, now=now)
        text = f"Draft begun from version {based_on.version}."
        _audit("scorecard.drafted", draft, text=text, by=by, now=now)
    return draft


def edit(
    draft: Scorecard, *, revision: int, to: Model, by: Actor | None, now: datetime, note: str | None = None
) -> Scorecard:
    """Make the draft say what `to` says, and give it `note` where there is one; saying the same changes nothing.

    Raises NotADraft, and EditedMeanwhile when the draft has moved on from `revision`.
    """
    with transaction.atomic():
        held = _held_draft(draft, revision=revision)
        before = scorecard_rows.read(held.pk)
        found = compare(before, to)
        if note is not None and note != held.note:
            found.append(Change("note", "Note", held.note or NOTHING, note or NOTHING))
        if found or before != replace(to, version=before.version):
            new_note = held.note if note is None else note
            settings = scorecard_rows.settings_of(to)
            Scorecard.objects.filter(pk=held.pk).update(revision=F("revision") + 1, note=new_note, **settings)
            scorecard_rows.write(held, to)
            text = f"{in_one_line(found)}." if found else ALIKE_IN_WORDS
            _audit("scorecard.edited", held, found, text=text, by=by, now=now)
    draft.refresh_from_db()
    return draft


def publish(draft: Scorecard, *, by: Actor | None, now: datetime, revision: int | None = None) -> Scorecard:
    """Make `draft` the model that scores from now on; the one before it retires.

    Raises NotPublishable with what to change, NotADraft when it was published meanwhile, and EditedMeanwhile
    when `revision` is given and the draft has moved on from it. Two drafts at once are published in turn.
    """
    with transaction.atomic():
        versions = _held_versions()
        held = versions[draft.pk]
        if not held.is_draft:
            raise NotADraft
        if revision not in (None, held.revision):
            raise EditedMeanwhile
        before = next(each for each in versions.values() if each.status == Status.PUBLISHED)
        text = f"Version {held.version} published in place of version {before.version}."
        _put_in_place(held, before, text=text, by=by, now=now)
    draft.refresh_from_db()
    return draft


def roll_back(version: Scorecard, *, seen: int, by: Actor | None, now: datetime) -> Scorecard:
    """Publish what a retired version says once more, as the next version; returns that one.

    `seen` is the version that scored when this was decided. Raises EditedMeanwhile when another one scores by now,
    NeverPublished when `version` is not retired, NotPublishable when today's rules refuse what it says.
    """
    with transaction.atomic():
        versions = _held_versions()
        before = next(each for each in versions.values() if each.status == Status.PUBLISHED)
        if before.version != seen:
            raise EditedMeanwhile
        if versions[version.pk].status != Status.RETIRED:
            raise NeverPublished
        again = _copy(version, by=by, now=now)
        again.note = f"Version {version.version} again"
        Scorecard.objects.filter(pk=again.pk).update(note=again.note)
        text = (
            f"Rolled back: version {again.version} says what version {version.version} said, "
            f"in place of version {before.version}."
        )
        _put_in_place(again, before, text=text, by=by, now=now)
    again.refresh_from_db()
    return again


def discard(draft: Scorecard, *, by: Actor | None, now: datetime) -> None:
    """Put a draft aside, with all it holds, until somebody takes it up again. Raises NotADraft."""
    _move(draft, Status.DRAFT, Status.DISCARDED)
    _audit("scorecard.discarded", draft, text="Draft discarded.", by=by, now=now)


def take_up(draft: Scorecard, *, by: Actor | None, now: datetime) -> None:
    """Make a discarded draft a draft again. Raises NotADraft where it is not discarded."""
    _move(draft, Status.DISCARDED, Status.DRAFT)
    _audit("scorecard.taken_up", draft, text="Discarded draft taken up again.", by=by, now=now)


def _put_in_place(
    version: Scorecard, before: Scorecard, *, text: str, by: Actor | None, now: datetime
) -> None:
    """Publish a held version in the place of another, if nothing keeps it from that."""
    found = problems(version)
    if found:
        raise NotPublishable(found)
    Scorecard.objects.filter(pk=before.pk).update(status=Status.RETIRED)
    Scorecard.objects.filter(pk=version.pk).update(
        status=Status.PUBLISHED, published_at=now, published_by=by if isinstance(by, User) else None
    )
    changed = compare(load(before), scorecard_rows.read(version.pk))
    _audit("scorecard.published", version, changed, text=text, by=by, now=now)
    text = f"Retired: version {version.version} scores in its place."
    _audit("scorecard.retired", before, text=text, by=by, now=now)


def _held_versions() -> dict[int, Scorecard]:
    """Every version by its id, held until the transaction ends; scoring, which reads versions, goes on.

    They are read after they are held: who waited for the lock has to see the version that was made meanwhile.
    """
    list(Scorecard.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return Scorecard.objects.in_bulk()


def _held_draft(draft: Scorecard, *, revision: int) -> Scorecard:
    held = Scorecard.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if not held.is_draft:
        raise NotADraft
    if held.revision != revision:
        raise EditedMeanwhile
    return held


def _move(draft: Scorecard, one: str, other: str) -> None:
    moved = Scorecard.objects.filter(pk=draft.pk, status=one).update(status=other, revision=F("revision") + 1)
    if not moved:
        raise NotADraft
    draft.refresh_from_db()


def _copy(version: Scorecard, *, by: Actor | None, now: datetime) -> Scorecard:
    """A draft with the next number that says what `version` says; one at a time takes a number."""
    list(Scorecard.objects.select_for_update(no_key=True).order_by("version")[:1])
    last = Scorecard.objects.aggregate(last=Max("version"))["last"]
    model = load(version)
    draft = Scorecard.objects.create(
        version=(last or 0) + 1,
        status=Status.DRAFT,
        based_on=version,
        created_at=now,
        created_by=by if isinstance(by, User) else None,
        **scorecard_rows.settings_of(model),
    )
    scorecard_rows.write(draft, model)
    return draft


def _audit(
    action: str,
    version: Scorecard,
    found: Iterable[Change] = (),
    *,
    text: str,
    by: Actor | None,
    now: datetime,
) -> None:
    changed = list(found)
    audit.record(
        action,
        subject=_subject(version.version),
        text=text,
        by=by or SET_UP,
        at=now,
        before={each.label: each.one for each in changed} or None,
        after={each.label: each.other for each in changed} or None,
    )


def _subject(version: int) -> str:
    return f"scorecard:{version}"


@lru_cache(maxsize=64)
def of_version(scorecard_id: int) -> Model:
    """The values of a published version, which never changes."""
    return scorecard_rows.read(scorecard_id)
