"""The people page of operations: invite, give a role and a team, end access, reset a second factor (PF-1, PF-2)."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads import parameters, people
from leads.access import only
from leads.models import Role, User
from leads.people import LastAdministrator
from leads.viewer import viewer
from revops.people.forms import NewPersonForm, PersonForm
from revops.sign_in import mail as sign_in_mail
from routing import roster, successions
from routing.models import Rep

UNPROCESSABLE = 422


@require_safe
@only(Role.OPS)
def people_page(request: HttpRequest) -> HttpResponse:
    """Everybody, those who left last."""
    words = parameters.words(request, "q")
    found = _everybody().filter(Q(name__icontains=words) | Q(email__icontains=words))
    listed = found.order_by("-is_active", "name", "pk")
    return render(request, "revops/people.html", {"people": listed, "q": words})


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, "revops/person_add.html", {"form": form}, status=status)
    by, now = viewer(request), timezone.now()
    with transaction.atomic():
        person = people.add(**form.cleaned_data, by=by, now=now)
        roster.enlist(person)
        sign_in_mail.invite(person, by=by, now=now)
    text = _("%(name)s is added. A link to set a password is on its way to %(email)s.")
    messages.success(request, text % {"name": person, "email": person.email})
    return redirect("people")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """A person's name, role and team, and what else can be done about their access."""
    person, by, now = _person(person_id), viewer(request), timezone.now()
    now_is = {"name": person.name, "role": person.role, "team": person.team}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=now_is)
    if request.method != "POST" or not form.is_valid():
        return _page(request, person, form)
    try:
        with transaction.atomic():
            people.change(person, **form.cleaned_data, by=by, now=now)
            changed = User.objects.get(pk=person.pk)
            if changed.role != person.role:  # else whoever was taken out of the rotation stays out
                roster.enlist(changed)
    except LastAdministrator:
        form.add_error("role", _("Nobody else could change the operating model then. Add somebody first."))
        return _page(request, person, form)
    successions.step_down(changed, by=by, now=now)
    messages.success(request, _("%(name)s: saved.") % {"name": form.cleaned_data["name"]})
    return redirect("people")


@require_POST
@only(Role.OPS)
def close(request: HttpRequest, person_id: int) -> HttpResponse:
    """End the person's access at once; what they hold goes to others."""
    person, by, now = _person(person_id), viewer(request), timezone.now()
    rep = Rep.objects.filter(user=person).select_related("user__team").first()
    try:
        if rep:
            successions.leave(rep, by=by, now=now)
        else:
            people.close(person, by=by, now=now)
    except LastAdministrator:
        messages.error(request, _("Nobody else could change the operating model then. Add somebody first."))
        return redirect("person", person_id)
    text = _("%(name)s is out of every session and can sign in no more. Their open work goes to others.")
    messages.success(request, text % {"name": person})
    return redirect("person", person_id)


@require_POST
@only(Role.OPS)
def reopen(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let the person in again."""
    person = _person(person_id)
    with transaction.atomic():
        people.reopen(person, by=viewer(request), now=timezone.now())
        roster.enlist(User.objects.get(pk=person.pk))
    text = _("%(name)s can sign in again. Nothing that went to others has come back.")
    messages.success(request, text % {"name": person})
    return redirect("person", person_id)


@require_POST
@only(Role.OPS)
def reset_second_factor(request: HttpRequest, person_id: int) -> HttpResponse:
    """Forget the person's second factor, after they have lost it."""
    person, now = _person(person_id), timezone.now()
    text = _("%(name)s is signed out everywhere.")
    if people.reset_second_factor(person, by=viewer(request), now=now):
        sign_in_mail.tell_of_change(person, what=_("Your second factor was reset"), now=now)
        text = _("%(name)s is signed out everywhere, and signs in with the password until they add an app.")
    messages.success(request, text % {"name": person})
    return redirect("person", person_id)


@require_POST
@only(Role.OPS)
def send_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Send the person a link to set a password."""
    person, by, now = _person(person_id), viewer(request), timezone.now()
    if person.is_active and person.last_login is None:
        sign_in_mail.invite(person, by=by, now=now)
    elif person.is_active:
        sign_in_mail.ask_for_link(person, now=now)
    messages.success(request, _("A link is on its way to %(email)s.") % {"email": person.email})
    return redirect("person", person_id)


def _everybody() -> QuerySet[User]:
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    everybody: QuerySet[User] = User.objects.select_related("team").annotate(has_factor=Exists(factor))
    return everybody


def _person(person_id: int) -> User:
    return get_object_or_404(_everybody(), pk=person_id)


def _page(request: HttpRequest, person: User, form: PersonForm) -> HttpResponse:
    rep = Rep.objects.filter(user=person).first()
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "revops/person.html", {"person": person, "form": form, "rep": rep}, status=status)
