"""The texts of a cadence: checked before they are stored, filled for one lead, edited with an audit (QU-6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.models import Lead, SignalType, User
from routing.domain import mail_text
from routing.domain.mail_text import MailText
from routing.models import FollowUp, MailTemplate, WornPhrase

LONGEST_CODE = 56


class TemplateRefused(Exception):
    """What keeps the text from being a template; `faults` says each in a sentence."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(faults))


def text_of(template: MailTemplate) -> MailText:
    """The template as a value."""
    return MailText(template.subject, template.body)


def values_of(template: MailTemplate) -> dict[str, str]:
    """What an editor may change, as it stands."""
    return {name: getattr(template, name) for name in ("name", "subject", "body")}


def edition_of(template: MailTemplate) -> str:
    """The edition of the template, for a form to carry."""
    return edition(values_of(template))


def worn_phrases() -> list[str]:
    """What no text may say, in the order of the alphabet."""
    return list(WornPhrase.objects.order_by("words").values_list("words", flat=True))


def add(values: Mapping[str, str], *, by: User, now: datetime) -> MailTemplate:
    """A new template. Raises TemplateRefused."""
    _require_good(values, unless=None)
    with transaction.atomic():
        template = MailTemplate.objects.create(code=_code(values["name"]), **values)
        _write_down("added", template, by=by, now=now, after=values)
    return template


def edit(template: MailTemplate, values: Mapping[str, str], *, seen: str, by: User, now: datetime) -> None:
    """Store the text where it is still what was `seen`. Raises TemplateRefused and EditedMeanwhile."""
    _require_good(values, unless=template)
    with transaction.atomic():
        stored = MailTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
        require_unchanged(values_of(stored), seen=seen)
        MailTemplate.objects.filter(pk=template.pk).update(**values)
        _write_down("edited", stored, by=by, now=now, before=values_of(stored), after=values)


def set_worn_phrases(phrases: Sequence[str], *, by: User, now: datetime) -> None:
    """Let these, and no others, be what no template may say; texts that are stored stay as they are."""
    wanted = {words for phrase in phrases if (words := " ".join(phrase.split()).casefold())}
    with transaction.atomic():
        before = worn_phrases()
        WornPhrase.objects.exclude(words__in=wanted).delete()
        WornPhrase.objects.bulk_create([WornPhrase(words=words) for words in wanted], ignore_conflicts=True)
        audit.record(
            "worn_phrases.edited",
            subject="worn-phrases",
            text=f"{by} edited what no template may say",
            by=by,
            at=now,
            before={"phrases": before},
            after={"phrases": sorted(wanted)},
        )


def facts(lead: Lead, *, by: User) -> dict[str, str]:
    """What is known of the person, for the slots that fill themselves; unknown facts are empty."""
    return {
        "first_name": lead.first_name,
        "company": lead.account.name if lead.account else "",
        "title": lead.title,
        "what_they_did": _last_deed(lead),
        "my_name": by.get_short_name(),
    }


def _last_deed(lead: Lead) -> str:
    """Their last touch in words; an unsubscribe or a bounce is nothing that one thanks for."""
    last = lead.signals.exclude(type__in=("unsubscribe", "email_bounced", "email_open", "page_view"))
    code = last.order_by("-occurred_at").values_list("type", flat=True).first()
    if not code:
        return ""
    return DEEDS.get(code) or f"did this: {SignalType.objects.get(pk=code).label.lower()}"


DEEDS = {
    "demo_request": "asked for a demo",
    "contact_request": "asked us to get in touch",
    "call_request": "asked for a call",
    "pricing_request": "asked for our prices",
    "pricing_page": "looked at our prices",
    "case_study": "read one of our case studies",
    "content_download": "downloaded one of our papers",
    "webinar_registered": "registered for our webinar",
    "webinar_attended": "came to our webinar",
    "event_attended": "came to our event",
    "trial_started": "started a trial",
    "trial_activated": "are trying it out",
    "newsletter_signup": "subscribed to our newsletter",
    "form_submit": "wrote to us",
    "email_click": "followed a link in our mail",
    "chat": "chatted with us",
}


def keep_written(task: FollowUp, written: Mapping[str, str]) -> None:
    """Keep what the rep wrote into the slots; nothing is sent by it. Raises TemplateRefused for empty words."""
    said = "\n".join(written.values())
    empty = mail_text.empty_words(said, worn=worn_phrases())
    if empty:
        raise TemplateRefused(empty)
    kept = {slot: value.strip()[: mail_text.LONGEST_ANSWER] for slot, value in written.items()}
    FollowUp.objects.open().filter(pk=task.pk).update(written=kept)
    task.written = kept


def is_written(task: FollowUp) -> bool:
    """Whether the rep has written every personal slot of the task's mail; true where there is none."""
    personal = text_of(task.template).personal if task.template else []
    return all(str(task.written.get(slot, "")).strip() for slot in personal)


def filled(task: FollowUp, *, by: User) -> MailText:
    """The mail as it is to be sent. Raises SlotsMissing, naming what the rep has still to write."""
    if task.template is None:
        return MailText("", "")
    return mail_text.fill(text_of(task.template), facts=facts(task.lead, by=by), written=task.written)


def _require_good(values: Mapping[str, str], *, unless: MailTemplate | None) -> None:
    found = mail_text.faults(MailText(values["subject"], values["body"]), worn=worn_phrases())
    others = MailTemplate.objects.filter(name__iexact=values["name"])
    if (others.exclude(pk=unless.pk) if unless else others).exists():
        found.append("There is a template of this name already.")
    if found:
        raise TemplateRefused(found)


def _code(name: str) -> str:
    """A short name of the template that no other one has."""
    stem = slugify(name)[:LONGEST_CODE] or "template"
    taken = set(MailTemplate.objects.filter(code__startswith=stem).values_list("code", flat=True))
    codes = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in codes if code not in taken)


def _write_down(verb: str, template: MailTemplate, *, by: User, now: datetime, **values: Any) -> None:
    subject, text = f"mail-template:{template.pk}", f"{by} {verb} the template “{template}”"
    audit.record(f"mail_template.{verb}", subject=subject, text=text, by=by, at=now, **values)
