"""The one writer of hosted forms: made, changed, switched, and what was sent counted; each change is audited (IN-11).

A consent text has a version: it counts up with every change of the text, and each submission keeps both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from leads import audit
from leads.actors import Actor
from leads.concurrent_edits import edition, require_unchanged
from leads.domain.form_parts import Part
from leads.models import FormSubmission, HostedForm, Lead, SignalType, Source, User


class SlugTaken(Exception):
    """Another form has this address."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a form is to be."""

    slug: str
    name: str
    intro: str
    source: Source
    signal_type: SignalType
    fields: Sequence[Part]
    questions: Sequence[Part] = ()
    heard_options: Sequence[str] = ()
    consent_text: str = ""
    consent_required: bool = False
    button: str
    thanks: str
    sites: Sequence[str] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """The same by column."""
        plain = {
            name: list(value) for name, value in vars(self).items() if name in ("heard_options", "sites")
        }
        parts = {"fields": _rows(self.fields), "questions": _rows(self.questions)}
        return {**vars(self), **plain, **parts}


def create(wanted: Wanted, *, by: User | None, now: datetime) -> HostedForm:
    """Set up a form that is switched on; raises SlugTaken."""
    try:
        with transaction.atomic():
            form = HostedForm.objects.create(**wanted.columns, created_at=now, created_by=by)
            if by is not None:
                _audit("form.created", form, "set up", by=by, now=now, after=shown(form))
    except IntegrityError:
        raise SlugTaken from None
    return form


def change(form: HostedForm, wanted: Wanted, *, seen: str, by: User, now: datetime) -> None:
    """Change what the form is, as it was `seen`; its address stays, for sites show it.

    Raises EditedMeanwhile where somebody else was first.
    """
    with transaction.atomic():
        row = HostedForm.objects.select_for_update(of=("self",)).get(pk=form.pk)
        before = shown(row)
        require_unchanged(before, seen=seen)
        values = {**wanted.columns, "slug": row.slug}
        if wanted.consent_text != row.consent_text:
            values["consent_version"] = row.consent_version + 1
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        if (after := shown(row)) != before:
            _audit("form.changed", row, "changed", by=by, now=now, before=before, after=after)


def switch(form: HostedForm, *, is_on: bool, by: User, now: datetime) -> None:
    """Show the form to the public, or take it off."""
    with transaction.atomic():
        if HostedForm.objects.filter(pk=form.pk, is_on=not is_on).update(is_on=is_on):
            told = "switched on" if is_on else "switched off"
            _audit(
                "form.switched",
                form,
                told,
                by=by,
                now=now,
                before={"is_on": not is_on},
                after={"is_on": is_on},
            )


def count(
    form: HostedForm, signal_id: str, *, lead: Lead | None, consent_version: int | None, now: datetime
) -> None:
    """Keep that the form was sent; the same signal counts once."""
    values = {"lead": lead, "consent_version": consent_version, "at": now}
    FormSubmission.objects.get_or_create(form=form, signal_id=signal_id, defaults=values)


def shown(form: HostedForm) -> dict[str, object]:
    """What an editor may change, as it stands; for the audit, and for noticing that somebody else was faster."""
    names = (
        "slug",
        "name",
        "intro",
        "fields",
        "questions",
        "heard_options",
        "consent_text",
        "consent_version",
    )
    more = ("consent_required", "button", "thanks", "sites")
    values = {name: getattr(form, name) for name in (*names, *more)}
    return {**values, "source": str(form.source), "signal_type": form.signal_type_id}


def edition_of(form: HostedForm) -> str:
    """The edition of it, for a form to carry."""
    return edition(shown(form))


def _rows(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [{**asdict(part), "choices": list(part.choices)} for part in parts]


def _audit(
    action: str, form: HostedForm, told: str, *, by: Actor, now: datetime, **values: dict[str, object]
) -> None:
    text = f"Form “{form.name}” {told}"
    audit.record(
        action,
        subject=f"form:{form.pk}",
        text=text,
        by=by,
        at=now,
        before=values.get("before"),
        after=values.get("after"),
    )
