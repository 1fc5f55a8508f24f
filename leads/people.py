"""The one writer of people: who is added, what they do, who leaves, and who they are at the provider (PF-1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F

from leads import audit, read_keys, webhooks
from leads.actors import Actor, Job
from leads.models import ProviderIdentity, ReadKey, Role, Team, User

BY_PROVIDER = Job("single sign-on")


class LastAdministrator(Exception):
    """Nobody would be left who may change the operating model."""


def add(
    email: str, *, name: str, role: str, team: Team | None, time_zone: str, by: Actor, now: datetime
) -> User:
    """Add a person who has no password yet; they get one by a link, or sign in by the provider."""
    with transaction.atomic():
        user = User.objects.create_user(email, name=name, role=role, team=team, time_zone=time_zone)
        text = f"Added {user} <{user.email}> as {user.get_role_display()}."
        _record(user, "person-added", text=text, by=by, at=now, after=_facts(user))
    return user


def change(user: User, *, name: str, role: str, team: Team | None, by: Actor, now: datetime) -> bool:
    """Give the person another name, role or team; whether anything changed. Raises LastAdministrator."""
    with transaction.atomic():
        if role != Role.OPS:
            _somebody_else_administers(user)
        person = User.objects.select_for_update().get(pk=user.pk)
        before = _facts(person)
        person.name, person.role, person.team = name, role, team
        after = _facts(person)
        if after == before:
            return False
        User.objects.filter(pk=person.pk).update(name=name, role=role, team=team)
        words = ", ".join(f"{key} {before[key]} → {after[key]}" for key in after if after[key] != before[key])
        text = f"Changed {before['name']}: {words}."
        _record(person, "person-changed", text=text, by=by, at=now, before=before, after=after)
    return True


def sign_out_everywhere(user: User) -> None:
    """Every session of the person ends with its next request."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)


def close(user: User, *, by: Actor, now: datetime) -> bool:
    """The person can sign in no more, and is out of every session and key at once; whether that was new.

    Nothing more is told them outside: their own webhook is forgotten, and `revops.relay` sends them no mail. What they
    hold is passed on by `routing.successions`. Raises LastAdministrator.
    """
    with transaction.atomic():
        _somebody_else_administers(user)
        closed = User.objects.filter(pk=user.pk, is_active=True).update(is_active=False)
        sign_out_everywhere(user)
        for key in ReadKey.objects.filter(person=user, revoked_at__isnull=True):
            read_keys.revoke(key, by=by, now=now)
        webhooks.remove_personal(user)
        if closed:
            _record(user, "person-left", text=f"Closed the account of {user}.", by=by, at=now)
    return bool(closed)


def reopen(user: User, *, by: Actor, now: datetime) -> bool:
    """The person may sign in again; nothing that was passed on comes back. Whether that was new."""
    with transaction.atomic():
        opened = User.objects.filter(pk=user.pk, is_active=False).update(is_active=True)
        if opened:
            _record(user, "person-back", text=f"Opened the account of {user} again.", by=by, at=now)
    return bool(opened)


def reset_second_factor(user: User, *, by: Actor, now: datetime) -> bool:
    """Forget the person's second factor and end their sessions; whether there was one."""
    with transaction.atomic():
        deleted, _ = Authenticator.objects.filter(user=user).delete()
        sign_out_everywhere(user)
        if deleted:
            text = f"Reset the second factor of {user}."
            _record(user, "second-factor-reset", text=text, by=by, at=now)
    return bool(deleted)


def link(user: User, *, issuer: str, subject: str, now: datetime) -> None:
    """From now on the provider's `subject` is this person, whatever their address there becomes."""
    with transaction.atomic():
        _, new = ProviderIdentity.objects.get_or_create(
            issuer=issuer, subject=subject, defaults={"user": user, "linked_at": now}
        )
        if new:
            text = f"{user} signs in by {issuer} from now on."
            _record(user, "person-linked", text=text, by=BY_PROVIDER, at=now)


def _somebody_else_administers(user: User) -> None:
    """Lock those who administer, so that two who remove each other do not both succeed."""
    administrators = User.objects.filter(role=Role.OPS, is_active=True).order_by("pk").select_for_update()
    if set(administrators.values_list("pk", flat=True)) == {user.pk}:
        raise LastAdministrator


def _facts(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "role": str(user.get_role_display()),
        "team": user.team.name if user.team else "none",
    }


def _record(user: User, action: str, **columns: Any) -> None:
    audit.record(action, subject=f"person:{user.pk}", **columns)
