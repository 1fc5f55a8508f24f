"""A signal is read whole or refused in words; nothing else can come of any JSON."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.domain.signal import FieldError, InvalidSignal, fingerprint, parse

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.text(st.characters(), max_size=4)  # lone surrogates too
    | st.sampled_from(["a@b.example", "DE", "2026-11-20T10:15:00Z", "\0", "\ud800", "240", 2**63])
)
any_json = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
shaped = st.fixed_dictionaries(
    {},
    optional={
        "signal_id": leaves,
        "type": leaves | st.just("demo_request"),
        "occurred_at": leaves | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
        "visitor_id": leaves,
        "person": any_json
        | st.fixed_dictionaries({}, optional=dict.fromkeys(("email", "country", "title"), leaves)),
        "company": any_json
        | st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("employees", "annual_revenue", "technologies"), any_json)
        ),
        "utm": any_json,
        "consent": any_json | st.fixed_dictionaries({"given_at": leaves}),
        "answers": any_json,
        "properties": any_json,
        "url": leaves,
        "nickname": any_json,
    },
)


def signal(**changes: Any) -> dict[str, Any]:
    return {"type": "demo_request", "person": {"email": "eva@acme.example"}, **changes}


def refused(payload: object) -> dict[str, str]:
    with pytest.raises(InvalidSignal) as found:
        parse(payload, now=NOW)
    return {error.field: error.message for error in found.value.errors}


@settings(max_examples=300)
@given(any_json | shaped)
def test_any_json_is_a_signal_or_refused_field_by_field(payload: object) -> None:
    try:
        read = parse(payload, now=NOW)
    except InvalidSignal as refusal:
        errors = refusal.errors
    else:
        errors = (FieldError("", "."),)
        assert read.person.email or read.visitor_id
        json.dumps([read.unknown_fields(), read.answers, read.properties], allow_nan=False).encode()

    assert errors
    assert all(f"{error.field}{error.message}".encode().endswith(b".") for error in errors)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=100))
def test_text_is_kept_to_the_letter(text: str) -> None:
    read = parse(
        signal(
            person={"email": "eva@acme.example", "first_name": text},
            url=text,
            answers={"pain": text},
            other=text,
        ),
        now=NOW,
    )

    assert (read.person.first_name, read.url, read.answers["pain"]) == (text, text, text)
    assert read.unknown_fields() == {"other": text}


def test_the_documented_body_is_read_whole() -> None:
    body = {
        "signal_id": "evt_1",
        "type": "demo_request",
        "occurred_at": "2026-11-20T10:15:00Z",
        "person": {
            "email": "Eva@Acme.example",
            "first_name": "إيفا",
            "last_name": "😀",
            "title": "VP Marketing",
            "phone": "+49 30 901820",
            "country": "de",
        },
        "company": {
            "name": "Acme",
            "domain": "acme.example",
            "industry": "Software",
            "employees": 240,
            "country": "DE",
            "technologies": ["Salesforce"],
            "growth_stage": "series b",
            "annual_revenue": 30000000,
        },
        "utm": {"source": "google", "medium": "cpc", "campaign": "autumn", "content": "a", "term": "b"},
        "url": "https://baton.example/demo",
        "self_reported_source": "a friend",
        "consent": {"basis": "opt_in", "text": "yes", "given_at": "2026-11-20T11:15:00+01:00"},
        "answers": {"critical_event": "mentioned"},
        "properties": {"depth": 2},
    }

    read = parse(body, now=NOW)

    assert read.signal_id == "evt_1"
    assert read.occurred_at == datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
    assert (read.person.email, read.person.country) == ("Eva@Acme.example", "DE")
    assert (read.company.employees, read.company.annual_revenue) == (240, 30_000_000)
    assert read.consent.given_at == read.occurred_at
    assert read.depth == 2
    assert read.unknown_fields() == {}


def test_a_signal_without_a_time_happened_now() -> None:
    read = parse(signal(), now=NOW)

    assert read.occurred_at == NOW
    assert read.signal_id == ""


def test_null_and_blank_are_nothing() -> None:
    read = parse(
        {
            "type": "page_view",
            "visitor_id": "v1",
            "occurred_at": " ",
            "person": {"email": " ", "country": ""},
            "company": {"employees": "", "technologies": None, "name": None},
            "utm": None,
            "answers": None,
        },
        now=NOW,
    )

    assert (read.person.email, read.person.country, read.company.name) == ("", "", "")
    assert (read.company.employees, read.company.technologies, read.answers) == (None, [], {})
    assert read.occurred_at == NOW


def test_unknown_fields_are_kept_nested() -> None:
    read = parse(signal(person={"email": "eva@acme.example", "shoe": 38}, utm={"id": "7"}, score=99), now=NOW)

    assert read.unknown_fields() == {"score": 99, "person": {"shoe": 38}, "utm": {"id": "7"}}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"type": None}, "type", "text"),
        ({"type": " "}, "type", "not be empty"),
        ({"type": "x" * 41}, "type", "at most 40 characters"),
        ({"signal_id": 5}, "signal_id", "text"),
        ({"signal_id": "x" * 201}, "signal_id", "at most 200 characters"),
        ({"person": {}}, "person.email", "e-mail address"),
        ({"person": {"email": "eva"}}, "person.email", "@-sign"),
        ({"person": {"email": "e@a.example", "country": "UK"}}, "person.country", "two-letter"),
        ({"person": {"email": "e@a.example", "first_name": "x" * 101}}, "person.first_name", "at most 100"),
        ({"person": {"email": "e@a.example", "first_name": ["x"]}}, "person.first_name", "text"),
        ({"person": []}, "person", "object"),
        ({"company": {"employees": -1}}, "company.employees", "at least 0"),
        ({"company": {"employees": 10**9}}, "company.employees", "at most 10,000,000"),
        ({"company": {"employees": True}}, "company.employees", "whole number"),
        ({"company": {"employees": 2.5}}, "company.employees", "whole number"),
        ({"company": {"employees": "many"}}, "company.employees", "whole number"),
        ({"company": {"employees": "51-200"}}, "company.employees", "not a range"),
        ({"company": {"employees": "51 \u2013 200 employees"}}, "company.employees", "not a range"),
        ({"company": {"employees": "10,001+"}}, "company.employees", "not a range"),
        ({"company": {"annual_revenue": 2**63}}, "company.annual_revenue", "cannot be stored"),
        ({"company": {"technologies": "Salesforce"}}, "company.technologies", "list"),
        ({"company": {"technologies": ["x" * 61]}}, "company.technologies.0", "at most 60 characters"),
        ({"occurred_at": "yesterday"}, "occurred_at", "time zone"),
        ({"occurred_at": "2026-11-20T10:15:00"}, "occurred_at", "time zone"),
        ({"occurred_at": "2026-11-20"}, "occurred_at", "time zone"),
        ({"occurred_at": 0}, "occurred_at", "time zone"),
        ({"occurred_at": "1700000000"}, "occurred_at", "time zone"),
        ({"occurred_at": "2026-11-22T12:05:01Z"}, "occurred_at", "future"),
        ({"occurred_at": "1999-12-31T23:59:59Z"}, "occurred_at", "before 2000"),
        ({"consent": {"given_at": "now"}}, "consent.given_at", "time zone"),
        ({"consent": {"given_at": "9999-12-31T23:59:59-14:00"}}, "consent.given_at", "no year"),
        ({"consent": {"given_at": "0001-01-01T00:00:00+14:00"}}, "consent.given_at", "no year"),
        ({"answers": ["x"]}, "answers", "object"),
        ({"url": "a\0b"}, "url", "NUL"),
        ({"person": {"email": "e@a.example", "title": "\ud800"}}, "person.title", "surrogate"),
        ({"properties": {"a": [1, {"b": float("nan")}]}}, "properties.a.1.b", "cannot be stored"),
        ({"properties": {"a": 1e22}}, "properties.a", "cannot be stored"),
        ({"properties": {"n\0": 1}}, "properties", "cannot be stored"),
        ({"properties": {"text": "x" * 10_001}}, "properties.text", "10,000 characters"),
        ({"properties": {str(n): n for n in range(5_001)}}, "", "more in this body"),
    ],
)
def test_what_is_wrong_is_named_and_said(changes: dict[str, Any], field: str, words: str) -> None:
    assert words in refused(signal(**changes))[field]


def test_five_minutes_in_the_future_are_a_clock_and_no_error() -> None:
    assert parse(signal(occurred_at="2026-11-22T12:05:00Z"), now=NOW).occurred_at == NOW + timedelta(
        minutes=5
    )


@pytest.mark.parametrize("payload", [None, [], "demo_request", 5, [signal()]])
def test_a_body_that_is_no_object_is_refused(payload: object) -> None:
    assert refused(payload) == {"": "The body must be a JSON object."}


def test_a_hundred_thousand_levels_are_refused_and_not_suffered() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}

    errors = refused(signal(properties=deep))

    assert "nested more than 8 levels" in next(iter(errors.values()))


def test_several_faults_are_told_at_once() -> None:
    errors = refused({"person": {"email": "eva", "country": "ZZ"}, "company": {"employees": "x"}})

    assert set(errors) == {"type", "person.email", "person.country", "company.employees"}


def test_the_depth_counts_only_as_a_number_from_0_to_3() -> None:
    depths = {
        str(depth): parse(signal(properties={"depth": depth}), now=NOW).depth
        for depth in (0, 3, 85, "2", True)
    }

    assert depths == {"0": 0, "3": 3, "85": 0, "2": 0, "True": 0}


def test_the_fingerprint_sees_another_body_and_no_other_order() -> None:
    body = signal(signal_id="evt_1", properties={"a": 1, "b": 2})
    same = dict(reversed(list(signal(signal_id="evt_1", properties={"b": 2, "a": 1}).items())))
    other = signal(signal_id="evt_1", properties={"a": 1, "b": 3})

    prints = [fingerprint(parse(each, now=NOW)) for each in (body, same, other)]

    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


def test_the_fingerprint_survives_a_copy_and_another_attempt() -> None:
    read = parse(signal(), now=NOW)

    later = parse(signal(), now=NOW + timedelta(hours=1))

    assert fingerprint(read.model_copy(update={"signal_id": "made-1"})) == fingerprint(read)
    assert fingerprint(later) == fingerprint(read)


def test_an_invalid_signal_reads_as_a_sentence() -> None:
    error = InvalidSignal((FieldError("type", "This is required."), FieldError("", "No.")))

    assert str(error) == "type: This is required.; body: No."


def test_a_signal_cannot_be_changed() -> None:
    read = parse(signal(), now=NOW)

    with pytest.raises(ValueError, match="frozen"):
        read.type = "other"
