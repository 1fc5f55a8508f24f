"""After `reseal` nothing stored needs an earlier key; what changes meanwhile is kept, what no key opens is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event, Thread
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from leads import enrichment_setup, sealing, webhook_secrets
from leads.enrichment_setup import Wanted
from leads.models import AuditEntry, EnrichmentProvider, User, WebhookSecret
from revops import resealing
from revops.resealing import PLACES, Place
from tests import factories
from tests.api_callers import deliver, signed
from tests.revops.test_second_factor import give_password, set_up, signed_in

pytestmark = pytest.mark.django_db
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OF_SOURCES, OF_PROVIDERS, APPS, CODES = PLACES


@dataclass(frozen=True)
class Stored:
    """Whose app and codes are sealed, beside a secret of a source and one of a provider."""

    owner: User
    codes: list[str]


@pytest.fixture
def stored(ana: User, olga: User, now: datetime) -> Stored:
    ana.set_password(factories.PASSWORD)
    ana.save()
    _, codes = set_up(Client(), ana)
    source = factories.source("shop")
    webhook_secrets.add(source, SIGNING, by=olga, now=now)
    wanted = Wanted(name="Vendor", kind="HTTP", url="https://vendor.example/", key="their key")
    enrichment_setup.create(wanted, by=olga, now=now)
    return Stored(ana, codes)


def rotate(settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"


def forget_earlier_keys(settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS = []


def every_row() -> dict[str, list[Any]]:
    """All that the tables of secrets hold but what is sealed."""
    held = {place: list(place.rows.order_by("pk").values()) for place in PLACES}
    for place, rows in held.items():
        for row in rows:
            (row[place.column] if place.key else row).pop(place.key or place.column)
    return {place.called: rows for place, rows in held.items()}


def sealed() -> list[str]:
    return [kept for place in PLACES for _, kept, _ in place.after(0)]


def said(capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """What `reseal` ends with and says."""
    try:
        call_command("reseal")
    except SystemExit as ended:
        return int(str(ended.code)), *capsys.readouterr()
    return 0, *capsys.readouterr()


@pytest.mark.usefixtures("model")
def test_each_kind_of_secret_is_used_without_the_earlier_key(
    stored: Stored, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = every_row()
    rotate(settings)

    assert said(capsys) == (0, "sealed=4 already=0 changed_meanwhile=0 unreadable=0\n", "")

    forget_earlier_keys(settings)
    assert every_row() == before
    client = Client()
    give_password(client, stored.owner)
    client.post(reverse("mfa_authenticate"), {"code": stored.codes[0]})
    assert signed_in(client)
    message = signed(SIGNING, factories.signal(), message_id="first")
    assert deliver(message, to="shop").status_code == 201
    assert sealing.opened(EnrichmentProvider.objects.get().sealed_key) == "their key"


def test_second_run_finds_nothing_to_do_and_the_audit_is_told_of_the_first(
    stored: Stored, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    rotate(settings)
    said(capsys)
    first = sealed()

    assert said(capsys) == (0, "sealed=0 already=4 changed_meanwhile=0 unreadable=0\n", "")

    assert sealed() == first
    [told] = AuditEntry.objects.filter(action="secrets.resealed")
    assert (told.text, told.job) == ("4 stored secrets sealed anew under the present key", "reseal")


def test_what_no_key_opens_is_named_and_left_and_the_rest_is_sealed_anew(
    stored: Stored, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    rotate(settings)
    WebhookSecret.objects.update(sealed="of another installation")
    code, out, err = said(capsys)

    number = WebhookSecret.objects.get().pk
    assert (code, out) == (1, "sealed=3 already=0 changed_meanwhile=0 unreadable=1\n")
    assert err == f"A webhook secret of source “shop” ({number}): no key opens it. Set it up anew.\n"
    assert WebhookSecret.objects.get().sealed == "of another installation"


def test_secret_that_was_revoked_keeps_nobody_from_dropping_a_key(
    stored: Stored, settings: Settings, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    WebhookSecret.objects.update(sealed="of another installation", revoked_at=now)
    rotate(settings)

    assert said(capsys)[:2] == (0, "sealed=3 already=0 changed_meanwhile=0 unreadable=0\n")


def test_more_than_one_batch(source_with_many: int, settings: Settings, now: datetime) -> None:
    rotate(settings)

    assert resealing.reseal(now=now).anew == source_with_many

    forget_earlier_keys(settings)
    assert {sealing.opened(each) for each in sealed()} == {"a secret"}


@pytest.fixture
def source_with_many(now: datetime) -> int:
    """A source with more secrets than one batch holds."""
    many, source = resealing.AT_ONCE + 3, factories.source("shop")
    made = [
        WebhookSecret(source=source, sealed=sealing.seal("a secret"), created_at=now) for _ in range(many)
    ]
    WebhookSecret.objects.bulk_create(made)
    return many


# Beside the site


def meanwhile(place: Place, change: Callable[[], object]) -> Place:
    """The place, of which something changes after it was read and before it is written."""

    def renewed(kept: str) -> str:
        change()
        return place.renewed(kept)

    return replace(place, renewed=renewed)


def test_secret_that_was_changed_meanwhile_is_not_overwritten(
    stored: Stored, settings: Settings, now: datetime
) -> None:
    rotate(settings)

    def change() -> None:
        EnrichmentProvider.objects.update(sealed_key=sealing.seal("a newer key"))

    done = resealing.reseal([meanwhile(OF_PROVIDERS, change)], now=now)

    assert (done.anew, done.changed_meanwhile, done.is_whole) == (0, 1, False)
    assert sealing.opened(EnrichmentProvider.objects.get().sealed_key) == "a newer key"
    assert resealing.reseal([OF_PROVIDERS], now=now).is_whole
    assert not AuditEntry.objects.filter(action="secrets.resealed").exists()


def test_recovery_code_that_was_used_meanwhile_stays_used(
    stored: Stored, settings: Settings, now: datetime
) -> None:
    rotate(settings)

    def use() -> None:
        [codes] = CODES.rows
        assert codes.wrap().validate_code(stored.codes[0])

    done = resealing.reseal([meanwhile(CODES, use)], now=now)

    forget_earlier_keys(settings)
    assert done.anew == 1
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == stored.codes[1:]


@pytest.mark.django_db(transaction=True)
def test_row_that_somebody_holds_is_not_waited_for(stored: Stored, settings: Settings, now: datetime) -> None:
    rotate(settings)
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            WebhookSecret.objects.select_for_update().get()
            held.set()
            done.wait(20)
        connections.close_all()

    holder = Thread(target=hold)
    holder.start()
    held.wait(20)
    beside = resealing.reseal(now=now)
    done.set()
    holder.join()

    assert (beside.anew, beside.changed_meanwhile) == (3, 1)
    assert resealing.reseal(now=now).anew == 1


def test_every_column_that_holds_something_sealed_is_known() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND (column_name LIKE '%sealed%' OR table_name LIKE 'mfa%authenticator')"
            " AND data_type IN ('text', 'character varying', 'jsonb') AND column_name <> 'type'"
        )
        there = set(cursor.fetchall())

    assert there == {(place.rows.model._meta.db_table, place.column) for place in PLACES}
