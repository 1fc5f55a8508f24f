"""One person has one key, however the address is written; a company one domain."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.identity import (
    EmailKind,
    InvalidEmail,
    company_domain,
    email_kind,
    normalise_email,
    parse_phone,
)

locals_ = st.from_regex(r"[A-Za-z0-9äöüßıİéΣ_-]{1,8}([.+][A-Za-z0-9äé]{1,5}){0,3}", fullmatch=True)
domains = st.sampled_from(
    [
        "gmail.com",
        "GoogleMail.com",
        "proton.me",
        "pm.me",
        "Acme.example",
        "bücher.example",
        "olist.invalid",
        "x.test",
    ]
)

labels = st.from_regex(r"[a-z0-9-]{1,4}|[a-z0-9-]{61,64}", fullmatch=True)
endings = st.sampled_from(["com", "de", "co", "arpa", "onion", "local", "example", "c", "c0m", "7", ""])
plain_domains = st.builds(
    lambda parts, end: ".".join([*parts, end]), st.lists(labels | endings, max_size=3), endings
)


@given(st.builds("{}@{}".format, locals_, domains))
def test_normalising_twice_is_normalising_once(raw: str) -> None:
    identity = normalise_email(raw)

    assert normalise_email(identity.address) == identity
    assert normalise_email(identity.key).key == identity.key
    assert normalise_email(f"  {raw.upper()} ").key == normalise_email(raw.upper()).key


@given(st.from_regex(r"[a-z0-9_.+]{1,8}", fullmatch=True), domains | plain_domains)
def test_what_is_remembered_of_a_domain_is_what_each_address_says(local: str, domain: str) -> None:
    raw = f"{local}@{domain}"

    assert _address(raw) == _as_the_validator_says(raw)


def _address(raw: str) -> str:
    try:
        return normalise_email(raw).address
    except InvalidEmail:
        return ""


def _as_the_validator_says(raw: str) -> str:
    """What reserved endings are read as is tested apart."""
    try:
        return validate_email(raw, check_deliverability=False).normalized
    except EmailNotValidError:
        return _address(raw) if raw.endswith((".invalid", ".test", ".local")) else ""


@given(st.text(max_size=40) | st.builds("{}@{}".format, st.text(max_size=20), st.text(max_size=20)))
def test_any_text_is_an_address_or_refused_in_words(raw: str) -> None:
    try:
        identity = normalise_email(raw)
    except InvalidEmail as refusal:
        words = str(refusal)
    else:
        words = identity.key
        assert identity.domain.isascii()
        assert email_kind(identity) in EmailKind

    assert words.encode()


@given(st.text(max_size=40))
def test_any_text_is_a_company_domain_or_none(raw: str) -> None:
    found = company_domain(raw)

    assert company_domain(found) == found


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("Anna.Maria+news@GoogleMail.com", "annamaria@gmail.com"),
        ("anna.maria@gmail.com", "annamaria@gmail.com"),
        ("Anna+tag@outlook.com", "anna@outlook.com"),
        ("anna.m+tag@hotmail.co.uk", "anna.m@hotmail.co.uk"),
        ("anna+tag@fastmail.com", "anna@fastmail.com"),
        ("a-n_n.a+tag@ProtonMail.com", "anna@proton.me"),
        ("anna+tag@me.com", "anna@icloud.com"),
        ("anna+tag@acme.example", "anna+tag@acme.example"),
        ("anna.maria@acme.example", "anna.maria@acme.example"),
        ("+only@gmail.com", "+only@gmail.com"),
        ("Jörg@Bücher.example", "jörg@xn--bcher-kva.example"),
        ("joe@XN--BCHER-KVA.example", "joe@xn--bcher-kva.example"),
        ("DAC32ACD@Olist.INVALID", "dac32acd@olist.invalid"),
        ("sdr@demo.baton", "sdr@demo.baton"),
        ("x@a.test", "x@a.test"),
        # each provider that folds, and those that do not
        ("a.n.n.a@gmail.com", "anna@gmail.com"),
        ("anna.m+x@live.de", "anna.m@live.de"),
        ("anna+a+b@mailbox.org", "anna@mailbox.org"),
        ("Anna+tag@posteo.de", "anna@posteo.de"),
        ("anna+tag@zoho.com", "anna@zoho.com"),
        ("anna.m+x@hey.com", "anna.m@hey.com"),
        ("anna+x@ya.ru", "anna@yandex.ru"),
        ("anna+x@yandex.com", "anna@yandex.ru"),
        ("an.na+t@iCloud.com", "an.na@icloud.com"),
        ("anna@pm.me", "anna@proton.me"),
        ("anna+x@gmx.de", "anna+x@gmx.de"),
        ("anna+x@yahoo.com", "anna+x@yahoo.com"),
        ("a.b+c@sub.gmail.com", "a.b+c@sub.gmail.com"),
        # one spelling of a letter, one domain however it is written, and letters that only look alike stay apart
        ("jose\u0301@acme.example", "jos\xe9@acme.example"),
        ("JOS\xc9@ACME.example", "jos\xe9@acme.example"),
        ("anna@\uff21\uff23\uff2d\uff25.example", "anna@acme.example"),
        ("anna@stra\xdfe.example", "anna@xn--strae-oqa.example"),
        ("anna@STRASSE.example", "anna@strasse.example"),
        ("ana@日本語.example", "ana@xn--wgv71a119e.example"),
        ("O'Brien@acme.example", "o'brien@acme.example"),
        ("\tanna@acme.example\n", "anna@acme.example"),
    ],
)
def test_the_key_folds_what_the_provider_folds_and_no_more(raw: str, key: str) -> None:
    assert normalise_email(raw).key == key


def test_the_address_is_kept_as_to_be_written_to() -> None:
    assert normalise_email(" Anna.Maria+news@GoogleMail.com ").address == "Anna.Maria+news@googlemail.com"
    assert normalise_email("X@Olist.Invalid").address == "X@olist.invalid"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "@",
        "anna",
        "anna@",
        "anna@acme",
        "a b@acme.example",
        "a@b@c.de",
        "x@invalid",
        "a..b@gmail.com",
        ".a@x.de",
        "a@x.de.",
        '"a b"@x.de',
        "a@[127.0.0.1]",
    ],
)
def test_what_is_no_address_is_refused(raw: str) -> None:
    with pytest.raises(InvalidEmail):
        normalise_email(raw)


def test_the_validator_itself_still_refuses_reserved_endings() -> None:
    from email_validator import EmailNotValidError, validate_email

    normalise_email("a@olist.invalid")

    with pytest.raises(EmailNotValidError):
        validate_email("a@olist.invalid", check_deliverability=False)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("anna@acme.example", EmailKind.PERSONAL),
        ("anna@gmail.com", EmailKind.FREE),
        ("anna@gmx.de", EmailKind.FREE),
        ("anna@hotmail.fr", EmailKind.FREE),
        ("anna@mailinator.com", EmailKind.DISPOSABLE),
        ("info@mailinator.com", EmailKind.DISPOSABLE),
        ("anna@sub.mailinator.com", EmailKind.DISPOSABLE),
        ("Info@acme.example", EmailKind.ROLE),
        ("support+de@acme.example", EmailKind.ROLE),
        ("sales@gmail.com", EmailKind.ROLE),
        ("anna@olist.invalid", EmailKind.PLACEHOLDER),
    ],
)
def test_the_kind_of_a_mailbox(raw: str, kind: EmailKind) -> None:
    assert email_kind(normalise_email(raw)) is kind


@pytest.mark.parametrize(
    ("domain", "company"),
    [
        ("acme.co.uk", "acme.co.uk"),
        ("mail.eu.acme.co.uk", "acme.co.uk"),
        ("https://www.Acme.example:443/about", "acme.example"),
        ("müller.de", "xn--mller-kva.de"),
        ("demo.baton", "demo.baton"),
        ("mail.acme.com.br", "acme.com.br"),
        ("shop.acme.co.jp", "acme.co.jp"),
        ("a.b.c.ACME.de.", "acme.de"),
        ("acme.github.io", "acme.github.io"),
        ("shop.bücher.example", "xn--bcher-kva.example"),
        ("sub.yahoo.com", ""),
        ("eu.mailinator.com", ""),
        ("gmail.com", ""),
        ("mailinator.com", ""),
        ("olist.invalid", ""),
        ("acme.onmicrosoft.com", ""),
        ("co.uk", ""),
        ("com", ""),
        ("not a domain", ""),
        ("", ""),
    ],
)
def test_the_domain_of_a_company(domain: str, company: str) -> None:
    assert company_domain(domain) == company


@pytest.mark.parametrize(
    ("raw", "country", "number"),
    [
        ("030 901820", "DE", "+4930901820"),
        ("030 901820", "de", "+4930901820"),
        ("+49 (0)30 901820", "", "+4930901820"),
        ("020 7946 0123", "GB", "+442079460123"),
        ("030 901820", "", None),
        ("12345", "DE", None),
        ("call me", "DE", None),
        ("", "DE", None),
        ("+1 555 0123", "US", None),
    ],
)
def test_a_phone_number_parses_or_not(raw: str, country: str, number: str | None) -> None:
    assert parse_phone(raw, country) == number


@given(st.text(max_size=300), st.text(max_size=3))
def test_any_text_is_a_phone_number_or_none(raw: str, country: str) -> None:
    number = parse_phone(raw, country)

    assert number is None or parse_phone(number, "") == number
