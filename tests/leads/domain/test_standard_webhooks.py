"""Signatures of webhooks: the published vector, every bit, every second, and what the reference library signs."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from leads.domain import standard_webhooks
from leads.domain.standard_webhooks import BadSecret, NotVerified, Verified

VECTOR = Path(__file__).parents[4] / "shared/data/webhook/standard_webhooks.json"
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 25))).decode()
AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
BODY = b'{"type": "demo_request"}'


def headers(**changes: str) -> dict[str, str]:
    signature = standard_webhooks.sign(SECRET, BODY, message_id="msg_1", at=AT)
    given = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(AT.timestamp())),
        "webhook-signature": signature,
    }
    return {**given, **{name.replace("_", "-"): value for name, value in changes.items()}}


def verify(
    said: dict[str, str], body: bytes = BODY, *, now: datetime = AT, secrets: Any = (SECRET,)
) -> Verified:
    return standard_webhooks.verify(secrets, said, body, now=now)


def refused(said: dict[str, str], body: bytes = BODY, *, now: datetime = AT) -> bool:
    try:
        verify(said, body, now=now)
    except NotVerified:
        return True
    return False


@pytest.mark.skipif(not VECTOR.exists(), reason="the published vector is not here")
def test_published_vector_is_verified_and_what_must_be_rejected_is() -> None:
    vector = json.loads(VECTOR.read_text())
    now = datetime.fromtimestamp(vector["timestamp"], UTC)
    body = vector["payload"].encode()
    said = {
        "webhook-id": vector["msg_id"],
        "webhook-timestamp": str(vector["timestamp"]),
        "webhook-signature": vector["signature"],
    }

    def check(now: datetime = now, **changes: str) -> Verified:
        given = {**said, **{name.replace("_", "-"): value for name, value in changes.items()}}
        return standard_webhooks.verify([vector["secret"]], given, body, now=now)

    assert check().message_id == vector["msg_id"]
    assert check(webhook_signature=f"v1,{'A' * 43}= v2,xyz {vector['signature']}").secret == 0
    bare = vector["secret"].removeprefix("whsec_")
    assert standard_webhooks.verify([bare], said, body, now=now).message_id == vector["msg_id"]
    for changes in (
        {"webhook_id": ""},
        {"webhook_timestamp": ""},
        {"webhook_timestamp": "hello"},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA="},
        {"webhook_signature": vector["signature"].replace("v1,", "v2,")},
    ):
        with pytest.raises(NotVerified):
            check(**changes)
    for away in (-301, 301):
        with pytest.raises(NotVerified):
            check(now + timedelta(seconds=away))


def test_reference_library_and_ours_sign_alike() -> None:
    theirs = Webhook(SECRET).sign("msg_1", AT, BODY.decode())

    assert standard_webhooks.sign(SECRET, BODY, message_id="msg_1", at=AT) == theirs


@given(st.integers(0, len(BODY) * 8 - 1))
def test_any_bit_of_the_body_that_flips_is_noticed(bit: int) -> None:
    flipped = bytearray(BODY)
    flipped[bit // 8] ^= 1 << bit % 8

    assert refused(headers(), bytes(flipped))


@given(st.integers(0, 43 * 6 - 1))
def test_any_letter_of_the_signature_that_changes_is_noticed(place: int) -> None:
    signature = headers()["webhook-signature"]
    at = 3 + place // 6
    letter = "A" if signature[at] != "A" else "B"

    assert refused(headers(webhook_signature=f"{signature[:at]}{letter}{signature[at + 1 :]}"))


@given(st.sampled_from(["webhook_id", "webhook_timestamp", "webhook_signature"]), st.text(max_size=60))
def test_no_text_in_a_header_breaks_anything(name: str, text: str) -> None:
    said = headers(**{name: text})

    assert refused(said) or said == headers()


@pytest.mark.parametrize(("seconds", "is_refused"), [(-301, True), (-300, False), (300, False), (301, True)])
def test_five_minutes_are_tolerated_and_no_second_more(seconds: int, *, is_refused: bool) -> None:
    assert refused(headers(), now=AT + timedelta(seconds=seconds)) is is_refused


def test_any_of_several_secrets_will_do_and_is_named() -> None:
    assert verify(headers(), secrets=(OTHER, SECRET)).secret == 1
    with pytest.raises(NotVerified):
        verify(headers(), secrets=(OTHER,))
    with pytest.raises(NotVerified):
        verify(headers(), secrets=())


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_short", "not base64!", "whsec_" + "A" * 400])
def test_text_that_is_no_secret_is_refused_in_words(secret: str) -> None:
    with pytest.raises(BadSecret, match="secret"):
        standard_webhooks.key_of(secret)
