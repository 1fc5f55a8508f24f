"""Sessions: what is remembered is read again, ends when it should, and is not begun anew by whoever comes late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.utils import timezone

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
