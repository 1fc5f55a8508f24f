"""The people page: inviting, changing and ending access, and that somebody always administers (PF-1, P17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import notices, people, webhooks
from leads.domain.notices import Channel, Kind
from leads.models import AuditEntry, Lead, OutboxMessage, Role, Team, User, WebhookEndpoint
from leads.people import LastAdministrator
from revops import relay
from routing import handoffs, rerouting
from routing.models import Handoff, Rep
from tests import factories

SignIn = Callable[[User], Client]


def said(answer: object) -> str:
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))  # type: ignore[attr-defined]


def test_an_invited_rep_gets_a_link_and_can_be_put_into_a_pool(
    olga: User, dach: Team, as_user: SignIn
) -> None:
    answer = as_user(olga).post(
        reverse("person-add"),
        {
            "email": "nina@baton.example",
            "name": "Nina",
            "role": "SDR",
            "team": dach.pk,
            "time_zone": "Europe/Berlin",
        },
    )

    nina = User.objects.get(email="nina@baton.example")
    assert answer.status_code == 302
    assert (nina.role, nina.team, nina.has_usable_password()) == ("SDR", dach, False)
    assert Rep.objects.get(user=nina).is_active
    assert OutboxMessage.objects.get(recipient=nina).title == "Olga has added you to Baton"
    assert AuditEntry.objects.get(action="person-added").actor == olga


def test_an_address_is_invited_once_whatever_its_case(olga: User, ana: User, as_user: SignIn) -> None:
    answer = as_user(olga).post(
        reverse("person-add"),
        {"email": "ANA@baton.example", "name": "Ana", "role": "VIEWER", "time_zone": "Europe/Berlin"},
    )

    assert answer.status_code == 422
    assert b"is here already" in answer.content


def test_who_sells_needs_a_team(olga: User, as_user: SignIn) -> None:
    person = factories.person("vera")

    answer = as_user(olga).post(reverse("person", args=[person.pk]), {"name": "Vera", "role": "AE"})

    assert answer.status_code == 422
    assert b"works in a team" in answer.content


def test_a_changed_role_is_audited_from_what_to_what(olga: User, dach: Team, as_user: SignIn) -> None:
    person = factories.person("vera")

    as_user(olga).post(
        reverse("person", args=[person.pk]), {"name": "Vera", "role": "MANAGER", "team": dach.pk}
    )

    entry = AuditEntry.objects.get(action="person-changed")
    assert entry.text == "Changed Vera: role Read only → Sales manager, team none → DACH."
    assert User.objects.get(pk=person.pk).role == Role.MANAGER


def test_who_decides_nothing_any_more_receives_nothing_and_what_they_held_goes_to_others(
    ana: User, bob: User, olga: User, now: datetime, as_user: SignIn
) -> None:
    waits, worked = (factories.waiting(name, now=now) for name in ("waits", "worked"))
    for handoff in (waits, worked):
        rerouting.reroute(handoff, to=ana, by=olga, now=now) if handoff.assignee != ana else None
    handoffs.accept(Handoff.objects.get(pk=worked.pk), by=ana, now=now)

    as_user(olga).post(reverse("person", args=[ana.pk]), {"name": "Ana", "role": "MARKETER"})

    later = [factories.waiting(name, now=timezone.now()) for name in ("ada", "bea")]
    assert {handoff.assignee for handoff in later} == {bob}
    assert Handoff.objects.get(pk=waits.pk).assignee == bob
    assert Lead.objects.get(pk=worked.lead_id).owner == bob


def test_who_was_taken_out_of_the_rotation_stays_out_under_another_name(
    ana: User, dach: Team, olga: User, as_user: SignIn
) -> None:
    Rep.objects.filter(user=ana).update(is_active=False)

    as_user(olga).post(reverse("person", args=[ana.pk]), {"name": "Anna", "role": "SDR", "team": dach.pk})

    assert User.objects.get(pk=ana.pk).name == "Anna"
    assert not Rep.objects.get(user=ana).is_active


def test_a_rep_who_becomes_a_manager_keeps_what_they_hold(
    ana: User, bob: User, dach: Team, olga: User, now: datetime, as_user: SignIn
) -> None:
    handoff = factories.handoff(now=now)

    as_user(olga).post(
        reverse("person", args=[handoff.assignee_id]), {"name": "Ana", "role": "MANAGER", "team": dach.pk}
    )

    assert Handoff.objects.get(pk=handoff.pk).assignee == handoff.assignee
    assert Rep.objects.get(user=handoff.assignee).is_active


def test_whoever_is_closed_is_out_at_once_and_their_leads_go_to_others(
    ana: User, bob: User, olga: User, now: datetime, as_user: SignIn
) -> None:
    handoff = factories.handoff(now=now)
    holder, other = (ana, bob) if handoff.assignee == ana else (bob, ana)
    client = as_user(holder)

    as_user(olga).post(reverse("person-close", args=[holder.pk]))

    handoff.lead.refresh_from_db()
    assert client.get(reverse("notifications")).status_code == 302
    assert handoff.lead.owner == other
    as_user(olga).post(reverse("person-reopen", args=[holder.pk]))
    assert client.get(reverse("notifications")).status_code == 302
    assert Rep.objects.get(user=holder).is_active
    assert (
        list(
            AuditEntry.objects.filter(action__in=["person-left", "person-back"]).values_list(
                "actor", flat=True
            )
        )
        == [olga.pk] * 2
    )


def test_whoever_is_closed_is_told_nothing_outside_any_more(
    ana: User, olga: User, now: datetime, as_user: SignIn
) -> None:
    webhooks.set_personal(ana, "https://hooks.example/ana", now=now)
    notices.choose(ana, {Kind.ASSIGNED: [Channel.EMAIL, Channel.WEBHOOK]}, quiet_from=None, quiet_until=None)
    factories.handoff(now=now)
    waits = OutboxMessage.objects.waiting().filter(recipient=ana)
    assert {each.channel for each in waits} == {"IN_APP", "EMAIL", "WEBHOOK"}

    as_user(olga).post(reverse("person-close", args=[ana.pk]))
    relay.deliver_due(now=timezone.now())

    assert ana.email not in {to for letter in mail.outbox for to in letter.to}
    assert not waits.all().exists()
    endpoint = WebhookEndpoint.objects.get(person=ana)
    assert (endpoint.is_on, endpoint.url) == (False, "")


def test_somebody_always_administers(olga: User, as_user: SignIn) -> None:
    client = as_user(olga)

    closing = client.post(reverse("person-close", args=[olga.pk]))
    changing = client.post(reverse("person", args=[olga.pk]), {"name": "Olga", "role": "VIEWER"})

    olga.refresh_from_db()
    assert "Nobody else could change the operating model" in said(closing)
    assert changing.status_code == 422
    assert (olga.is_active, olga.role) == (True, Role.OPS)
    with pytest.raises(LastAdministrator):
        people.close(olga, by=olga, now=olga.joined_at)


def test_a_reset_second_factor_is_gone_and_its_owner_is_told(olga: User, ana: User, as_user: SignIn) -> None:
    Authenticator.objects.create(user=ana, type="totp", data={"secret": "x"})
    client = as_user(ana)

    as_user(olga).post(reverse("person-reset-factor", args=[ana.pk]))

    assert not Authenticator.objects.filter(user=ana).exists()
    assert client.get(reverse("notifications")).status_code == 302
    assert OutboxMessage.objects.get(recipient=ana).title == "Your second factor was reset"
    assert AuditEntry.objects.get(action="second-factor-reset").subject == f"person:{ana.pk}"


def test_the_list_finds_people_and_asks_no_more_for_more_of_them(
    olga: User, ana: User, as_user: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = as_user(olga)
    for number in range(30):
        factories.person(f"person{number}")

    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        everybody = client.get(reverse("people"))

    assert everybody.content.count(b'scope="row"') == User.objects.count()
    assert client.get(reverse("people"), {"q": "ANA@"}).content.count(b'scope="row"') == 1
    assert b"Nobody is called that" in client.get(reverse("people"), {"q": "zzz"}).content
