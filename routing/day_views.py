"""My day: the tasks of today in order; done, skipped, put off, each by a plain form; the mail of a task to write."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads import parameters
from leads.access import only
from leads.domain.local_time import time_in
from leads.models import Lead, Role, User
from leads.viewer import viewer
from routing import day_list, follow_ups, mail_templates
from routing.attempts import NothingToLogFor
from routing.cadences import AlreadyDone
from routing.domain import mail_text
from routing.domain.mail_text import MailText, SlotsMissing
from routing.follow_ups import NotToBeDone
from routing.mail_templates import TemplateRefused
from routing.models import FollowUp

WORKERS = (Role.SDR, Role.AE, Role.MANAGER, Role.OPS)
UNPROCESSABLE = 422
LONGEST_ID = 15
LONGEST_TEXT = 2000
Refused = (AlreadyDone, NotToBeDone, SlotsMissing, NothingToLogFor)


@require_safe
@only(*WORKERS)
def day(request: HttpRequest) -> HttpResponse:
    """One's own day, or that of a rep one leads, which begins and ends where the rep is."""
    user, now = viewer(request), timezone.now()
    led = day_list.led_by(user, now=now)
    own = user.works_leads or not led
    whose = _whose(request, led) or (user if own else day_list.most_behind(led))
    with timezone.override(whose.time_zone):
        context = {
            "day": day_list.of(whose, now=now),
            "led": led,
            "may_work": whose == user,
            "there": "" if whose.time_zone == user.time_zone else time_in(whose.time_zone, now),
            "at": parameters.whole_number(request, "at"),
            "now": now,
        }
        return render(request, "routing/day.html", context)


@require_POST
@only(*WORKERS)
def done(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Log what came of it."""
    task, now = _visible(request, follow_up_id), timezone.now()
    outcome, note = request.POST.get("outcome", ""), _text(request, "note")
    try:
        attempt = follow_ups.complete(task, outcome, by=viewer(request), now=now, note=note)
    except Refused as refused:
        messages.warning(request, str(refused))
        return _after(request)
    said = {"who": task.lead.name, "what": attempt.get_outcome_display().lower()}
    messages.success(request, _("%(who)s: %(what)s. Logged.") % said)
    return _after(request)


@require_POST
@only(*WORKERS)
def skip(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Leave it out, for a reason."""
    task = _visible(request, follow_up_id)
    try:
        follow_ups.skip(task, _text(request, "reason"), by=viewer(request), now=timezone.now())
    except Refused as refused:
        messages.warning(request, str(refused))
    return _after(request)


@require_POST
@only(*WORKERS)
def later(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Show it again later in the day."""
    task, now = _visible(request, follow_up_id), timezone.now()
    ends = day_list.end_of_day(now)
    try:
        at = follow_ups.put_off(task, by=viewer(request), now=now, end_of_day=ends)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        said = {"who": task.lead.name, "at": f"{timezone.localtime(at):%H:%M}"}
        messages.info(request, _("%(who)s comes back at %(at)s.") % said)
    return _after(request)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WORKERS)
def mail(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """The mail of a task: what is known is filled in, the rest is the rep's to write; nothing is sent from here."""
    task = _visible(request, follow_up_id)
    if task.template is None:
        raise Http404
    facts = mail_templates.facts(task.lead, by=viewer(request))
    slots = mail_text.to_write(mail_templates.text_of(task.template), facts=facts)
    if request.method != "POST":
        return _mail_page(request, task, slots)
    written = {slot: _text(request, slot) for slot in slots}
    try:
        follow_ups.write(task, written, by=viewer(request))
    except (*Refused, TemplateRefused) as refused:
        task.written = written
        return _mail_page(request, task, slots, refused=str(refused))
    return redirect(f"{reverse('task-mail', args=[task.pk])}#text")


def _mail_page(request: HttpRequest, task: FollowUp, slots: list[str], *, refused: str = "") -> HttpResponse:
    facts = mail_templates.facts(task.lead, by=viewer(request))
    text = mail_templates.text_of(task.template) if task.template else MailText("", "")
    missing = [slot for slot in slots if not task.written.get(slot, "").strip()]
    shown = mail_text.partly(text, facts=facts, written=task.written)
    may_work = follow_ups.may_work(viewer(request), task.lead) and task.state == FollowUp.State.OPEN
    context = {
        "task": task,
        "slots": [(slot, mail_text.words(slot), task.written.get(slot, "")) for slot in slots],
        "missing": ", ".join(mail_text.words(slot) for slot in missing),
        "shown": shown,
        "mailto": "" if missing or refused else _mailto(task.lead, shown),
        "refused": refused,
        "may_work": may_work,
        "longest": mail_text.LONGEST_ANSWER,
    }
    return render(request, "routing/day_mail.html", context, status=UNPROCESSABLE if refused else 200)


def _mailto(lead: Lead, text: MailText) -> str:
    """A link that opens the rep's own mail program with the text in it."""
    body = text.body.replace("\r\n", "\n").replace("\n", "\r\n")
    return f"mailto:{quote(lead.email, safe='@')}?subject={quote(text.subject)}&body={quote(body)}"


def _visible(request: HttpRequest, follow_up_id: int) -> FollowUp:
    visible = FollowUp.objects.filter(lead__in=Lead.objects.visible_to(viewer(request)))
    found = visible.select_related("lead__account", "lead__owner", "template", "step", "enrolment__cadence")
    return get_object_or_404(found, pk=follow_up_id)


def _whose(request: HttpRequest, led: list[User]) -> User | None:
    """The rep that is asked for; one that the viewer does not lead is not there."""
    asked = parameters.whole_number(request, "rep")
    if asked is None or asked == viewer(request).pk:
        return None
    found = next((one for one in led if one.pk == asked), None)
    if found is None:
        raise Http404
    return found


def _after(request: HttpRequest) -> HttpResponse:
    """Back to the day, at the task that comes next."""
    following = request.POST.get("next", "")[:LONGEST_ID]
    at = f"?at={int(following)}" if following.isascii() and following.isdigit() else ""
    return redirect(f"{reverse('day')}{at}")


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "")[:LONGEST_TEXT]
