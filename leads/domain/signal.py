"""The one schema of a signal, for every door: reads what was sent, or says what to change (IN-1, IN-3)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
)

from leads.domain import signal_fields as fields
from leads.domain.payload import FieldError, faults_in, readable

__all__ = [
    "CompanyIn",
    "ConsentIn",
    "FieldError",
    "InvalidSignal",
    "PersonIn",
    "SignalIn",
    "UtmIn",
    "check_occurred_at",
    "fingerprint",
    "parse",
    "printed",
]

FUTURE_TOLERANCE = timedelta(minutes=5)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
DEEPEST = 3
PRINT = (
    "print of the body"  # kept beside the fields: a private attribute costs more than all checks of a signal
)
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)

Text = Annotated[str, Strict(), BeforeValidator(fields.none_is_blank)]
Technology = Annotated[str, Strict(), Field(max_length=60), BeforeValidator(fields.none_is_blank)]
Email = Annotated[Text, AfterValidator(fields.check_address)]
Country = Annotated[Text, AfterValidator(fields.read_country)]
Region = Annotated[
    Text,
    AfterValidator(str.strip),
    Field(max_length=100, validation_alias=AliasChoices("region", "state", "province")),
]
PostalCode = Annotated[
    Text,
    AfterValidator(str.strip),
    Field(
        max_length=20,
        validation_alias=AliasChoices("postal_code", "postcode", "post_code", "zip", "zip_code"),
    ),
]
Instant = Annotated[AwareDatetime, BeforeValidator(fields.check_instant), AfterValidator(fields.check_offset)]
Blankable = BeforeValidator(fields.blank_is_none)
Employees = Annotated[
    Annotated[int, BeforeValidator(fields.check_whole), Field(ge=0, le=10**7)] | None, Blankable
]
Money = Annotated[
    Annotated[int, BeforeValidator(fields.check_whole), Field(ge=0, le=2**63 - 1)] | None, Blankable
]
Object = Annotated[dict[str, Any], BeforeValidator(fields.none_is_object), Field(max_length=200)]


class InvalidSignal(ValueError):
    """The payload is no signal; `errors` says what to change, field by field."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.field or 'body'}: {error.message}" for error in errors))
        self.errors = errors


class _Part(BaseModel):
    """A part of a signal; what it does not know it keeps."""

    model_config = ConfigDict(extra="allow", frozen=True)


class PersonIn(_Part):
    """Who did it, as far as the sender knows."""

    email: Email = ""
    first_name: Text = Field(default="", max_length=100)
    last_name: Text = Field(default="", max_length=100)
    title: Text = Field(default="", max_length=150)
    phone: Text = Field(default="", max_length=40)
    country: Country = ""
    region: Region = ""
    postal_code: PostalCode = ""


class CompanyIn(_Part):
    """The company of the person, as far as the sender knows."""

    name: Text = Field(default="", max_length=200)
    domain: Text = Field(default="", max_length=253)
    industry: Text = Field(default="", max_length=100)
    employees: Employees = None
    country: Country = ""
    region: Region = ""
    postal_code: PostalCode = ""
    technologies: Annotated[
        list[Technology],
        BeforeValidator(fields.none_is_list),
        Field(max_length=200),
    ] = Field(default_factory=list)
    growth_stage: Text = Field(default="", max_length=60)
    annual_revenue: Money = None
    budget: Text = Field(default="", max_length=40)


class UtmIn(_Part):
    """The campaign parameters of the address that was opened."""

    source: Text = Field(default="", max_length=300)
    medium: Text = Field(default="", max_length=300)
    campaign: Text = Field(default="", max_length=300)
    content: Text = Field(default="", max_length=300)
    term: Text = Field(default="", max_length=300)


class ConsentIn(_Part):
    """What the person agreed to, in the words they saw (IN-10)."""

    basis: Text = Field(default="", max_length=60)
    text: Text = Field(default="", max_length=10_000)
    given_at: Annotated[Instant | None, Blankable] = None


class SignalIn(_Part):
    """One thing that a person did; `signal_id` is "" where the sender gave none."""

    signal_id: Text = Field(default="", max_length=200)
    type: Annotated[str, Strict(), AfterValidator(fields.check_not_blank)] = Field(max_length=40)
    occurred_at: Instant
    person: Annotated[PersonIn, BeforeValidator(fields.none_is_object)] = PersonIn()
    company: Annotated[CompanyIn, BeforeValidator(fields.none_is_object)] = CompanyIn()
    visitor_id: Text = Field(default="", max_length=128)
    utm: Annotated[UtmIn, BeforeValidator(fields.none_is_object)] = UtmIn()
    url: Text = Field(default="", max_length=4_000)
    referrer: Text = Field(default="", max_length=4_000)
    self_reported_source: Text = Field(default="", max_length=500)
    consent: Annotated[ConsentIn, BeforeValidator(fields.none_is_object)] = ConsentIn()
    answers: Object = Field(default_factory=dict)
    properties: Object = Field(default_factory=dict)

    @property
    def depth(self) -> int:
        """How deep the touch went, 0 to 3, where its properties say so in those numbers."""
        depth = self.properties.get("depth")
        return depth if type(depth) is int and 0 <= depth <= DEEPEST else 0

    def unknown_fields(self) -> dict[str, Any]:
        """Everything that came under names which the schema does not know, nested as it was sent."""
        parts = {"person": self.person, "company": self.company, "utm": self.utm, "consent": self.consent}
        nested = {name: dict(part.model_extra) for name, part in parts.items() if part.model_extra}
        return {**(self.model_extra or {}), **nested}


def parse(payload: object, *, now: datetime) -> SignalIn:
    """The signal that a JSON body stands for; raises InvalidSignal with what is wrong, and nothing else.

    A signal without a time happened `now`. Text is kept to the letter; country codes become upper-case.
    """
    if not isinstance(payload, Mapping):
        raise InvalidSignal((FieldError("", "The body must be a JSON object."),))
    faults = faults_in(payload)
    if faults:
        raise InvalidSignal(faults)
    try:
        signal = SignalIn.model_validate(_with_time(payload, now))
    except ValidationError as error:
        raise InvalidSignal(_in_words(error)) from error
    found = (_check_identity(signal), check_occurred_at(signal, now=now), _check_given_at(signal))
    wrong = tuple(filter(None, found))
    if wrong:
        raise InvalidSignal(wrong)
    vars(signal)[PRINT] = _hash(payload)
    return signal


def check_occurred_at(signal: SignalIn, *, now: datetime) -> FieldError | None:
    """What is wrong with the signal's time: over five minutes in the future, or before the year 2000."""
    if signal.occurred_at > now + FUTURE_TOLERANCE:
        return FieldError("occurred_at", "This lies in the future by more than five minutes.")
    if signal.occurred_at < EARLIEST:
        return FieldError("occurred_at", f"This lies before {EARLIEST.year}, which cannot be meant.")
    return None


def _check_given_at(signal: SignalIn) -> FieldError | None:
    """What is wrong with when they agreed: beyond the calendar, it could be stored and never be read again."""
    at = signal.consent.given_at
    if at is None or EARLIEST <= at < LATEST:
        return None
    return FieldError("consent.given_at", "This lies in no year that can be meant.")


def fingerprint(signal: SignalIn) -> str:
    """SHA-256 of the body as it was sent, in whatever order of fields; a copy keeps that of its original."""
    print_of_it: str | None = vars(signal).get(PRINT)
    return print_of_it or _hash(signal.model_dump(exclude_unset=True))


def printed(signal: SignalIn, print_of_it: str) -> SignalIn:
    """The signal with the print that its body had when it came: a database writes numbers in other ways."""
    vars(signal)[PRINT] = print_of_it
    return signal


def _hash(payload: Mapping[str, object]) -> str:
    return hashlib.sha256(CANONICAL.encode(payload).encode()).hexdigest()


def _with_time(payload: Mapping[Any, Any], now: datetime) -> dict[str, Any]:
    given = fields.blank_is_none(payload.get("occurred_at"))
    return {**payload, "occurred_at": now if given is None else given}


def _check_identity(signal: SignalIn) -> FieldError | None:
    if signal.person.email or signal.visitor_id.strip():
        return None
    return FieldError("person.email", "Give an e-mail address here, or a visitor_id.")


def _in_words(error: ValidationError) -> tuple[FieldError, ...]:
    """The validator's findings as sentences, one a field."""
    found: dict[str, str] = {}
    for detail in error.errors(include_url=False, include_input=False):
        path = ".".join(readable(part) for part in detail["loc"])
        found.setdefault(path, fields.sentence(detail["type"], detail.get("ctx", {}), detail["msg"]))
    return tuple(FieldError(path, message) for path, message in found.items())
