"""Sessions: what is remembered is read again, ends when it should, and is not begun anew by whoever comes late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads import prepared
from leads.models import User
from revops.sign_in.sessions import SessionStore

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def begun() -> SessionStore:
    store = SessionStore()
    store["theme"] = "dark"
    store.create()
    return store


def test_what_was_changed_is_read_again_and_its_end_is_a_full_hour(begun: SessionStore) -> None:
    before = begun.get_expiry_date()

    begun["theme"] = "light"
    begun.save()

    end = Session.objects.get().expire_date
    assert SessionStore(begun.session_key)["theme"] == "light"
    assert (end.minute, end.second, end.microsecond) == (0, 0, 0)
    assert timedelta(0) < end - before <= timedelta(hours=1, seconds=10)


def test_a_session_that_is_over_remembers_nothing(begun: SessionStore) -> None:
    Session.objects.update(expire_date=timezone.now())

    late = SessionStore(begun.session_key)

    assert late.load() == {}
    assert late.session_key is None


def test_a_session_that_somebody_ended_is_not_begun_anew_by_being_kept(begun: SessionStore) -> None:
    Session.objects.all().delete()

    begun["theme"] = "light"

    with pytest.raises(UpdateError):
        begun.save()
    assert not Session.objects.exists()


def test_what_is_kept_with_a_transaction_is_not_kept_again(begun: SessionStore) -> None:
    with transaction.atomic():
        begun["theme"] = "light"
        begun.keep_with()
    with CaptureQueriesContext(connection) as asked:
        begun.save()

    assert len(asked) == 0
    assert SessionStore(begun.session_key)["theme"] == "light"


def test_what_changes_after_it_was_kept_is_kept_too(begun: SessionStore) -> None:
    with transaction.atomic():
        begun["theme"] = "light"
        begun.keep_with()
    begun["theme"] = "dark"
    begun.save()

    assert SessionStore(begun.session_key)["theme"] == "dark"


def test_a_transaction_that_keeps_a_session_is_on_the_disk_when_it_ends(begun: SessionStore) -> None:
    with transaction.atomic():
        begun["theme"] = "light"
        begun.keep_with()
        waits = prepared.row(
            "SELECT current_setting('synchronous_commit') = reset_val FROM pg_settings WHERE name = %s",
            ["synchronous_commit"],
        )

    assert waits == (True,)


def test_who_is_signed_in_is_read_with_their_session(ana: User) -> None:
    client = Client()
    client.force_login(ana)
    client.get("/queue/")

    with CaptureQueriesContext(connection) as asked:
        assert client.get("/queue/").wsgi_request.user == ana

    assert sum("django_session" in one["sql"] for one in asked) == 1
    assert not [one for one in asked if 'FROM "leads_user" WHERE "leads_user"."id" = ' in one["sql"]]


def test_a_session_that_was_sealed_as_django_does_goes_on(ana: User) -> None:
    client = Client()
    client.force_login(ana)
    sealed = db.SessionStore().encode(dict(client.session.items()))
    Session.objects.update(session_data=sealed)

    answer = client.get("/queue/")

    assert answer.wsgi_request.user == ana


@pytest.mark.parametrize("change", [{"is_active": False}, {"session_generation": 7}, {"password": "another"}])
def test_a_session_ends_with_what_it_was_begun_by(ana: User, change: dict[str, object]) -> None:
    client = Client()
    client.force_login(ana)
    User.objects.filter(pk=ana.pk).update(**change)

    answer = client.get("/queue/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_a_session_names_nobody_by_what_its_number_alone_says(ana: User, bob: User) -> None:
    client = Client()
    client.force_login(ana)
    kept = Session.objects.get()
    kept.session_data = kept.session_data.replace(str(ana.pk), str(bob.pk), 1)
    kept.save()

    answer = client.get("/queue/")

    assert answer.wsgi_request.user == ana
