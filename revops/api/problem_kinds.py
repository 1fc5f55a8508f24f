"""Every kind of problem that the API answers, by the name that its type ends with; the page of the API lists them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings

PAGE = "/api/v1/docs"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, a title that stays the same, and what whoever meets it can do."""

    name: str
    status: HTTPStatus
    title: str
    what_to_do: str

    @property
    def type(self) -> str:
        """The address that names the kind, and leads to its explanation (RFC 9457, 3.1.1)."""
        return f"{settings.SITE_URL}{PAGE}#{self.name}"


FIELDS_ARE_WRONG = Kind(
    "fields-are-wrong",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "Nothing was stored: fields are wrong.",
    "Change what errors names, field by field, and send it again. Sent unchanged it is refused again.",
)
TYPE_NOT_ALLOWED = Kind(
    "type-not-allowed",
    HTTPStatus.FORBIDDEN,
    "Nothing was stored: the source may not send this type of signal.",
    "Send a type that the source may send, or ask revenue operations to allow this one.",
)
ID_WAS_USED = Kind(
    "id-was-used",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "Nothing was stored: the signal id was used before.",
    "Another body came with this signal_id. Give what is new an id of its own.",
)
NOT_STORED = Kind(
    "not-stored",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Nothing was stored: send this one again in a moment.",
    "Send this item of the batch again, with the same signal_id.",
)
KEY_IS_MISSING = Kind(
    "key-is-missing",
    HTTPStatus.UNAUTHORIZED,
    "Send a valid key: Authorization: Bearer KEY.",
    "The key is missing, unknown, revoked, or of the other sort: a source's key sends, a read key reads. "
    "Revenue operations make one.",
)
SCOPE_IS_MISSING = Kind(
    "scope-is-missing",
    HTTPStatus.FORBIDDEN,
    "The key may not read this.",
    "Ask revenue operations for a read key with the scope that detail names.",
)
SWITCHED_OFF = Kind(
    "switched-off",
    HTTPStatus.FORBIDDEN,
    "This source is switched off.",
    "Ask revenue operations to switch it on; until then nothing is taken.",
)
NOT_VERIFIED = Kind(
    "not-verified",
    HTTPStatus.UNAUTHORIZED,
    "The webhook could not be verified.",
    "Sign each attempt anew, with a secret of the source and the present time: detail says what does not fit.",
)
TAKEN_BEFORE = Kind(
    "taken-before",
    HTTPStatus.CONFLICT,
    "This message was taken before; nothing was done again.",
    "Nothing. A retry that is signed anew gets the first answer.",
)
LENGTH_IS_MISSING = Kind(
    "length-is-missing",
    HTTPStatus.LENGTH_REQUIRED,
    "Say how long the body is: Content-Length.",
    "Send the body whole, with its length, not in chunks.",
)
TOO_LARGE = Kind(
    "too-large",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "The body is over 1 MiB.",
    "Send fewer signals in one request.",
)
NOT_JSON = Kind(
    "not-json",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "Send JSON: Content-Type: application/json.",
    "Set the header Content-Type.",
)
TOO_MANY = Kind(
    "too-many",
    HTTPStatus.TOO_MANY_REQUESTS,
    "Too many signals.",
    "Wait as many seconds as Retry-After says, and send them again. Each signal of a batch counts.",
)
PARAMETERS_ARE_WRONG = Kind(
    "parameters-are-wrong",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "These parameters cannot be read.",
    "Change what errors names in the address.",
)
NOT_FOUND = Kind(
    "not-found",
    HTTPStatus.NOT_FOUND,
    "There is no such thing here.",
    "There is none of this number, or the key's person may not see it.",
)
BROKEN_OFF = Kind(
    "broken-off",
    HTTPStatus.BAD_REQUEST,
    "The body ended before it was complete.",
    "Send it again, with the same signal_id.",
)
UNAVAILABLE = Kind(
    "unavailable",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Nothing was done: try again in a moment.",
    "Wait as many seconds as Retry-After says, and ask again; a signal with the same signal_id.",
)
UNEXPECTED = Kind(
    "unexpected",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Something went wrong here; it was written down.",
    "Try again with the same signal_id; if it stays so, tell revenue operations when it happened.",
)
KINDS = (
    FIELDS_ARE_WRONG,
    TYPE_NOT_ALLOWED,
    ID_WAS_USED,
    NOT_STORED,
    KEY_IS_MISSING,
    SCOPE_IS_MISSING,
    SWITCHED_OFF,
    NOT_VERIFIED,
    TAKEN_BEFORE,
    LENGTH_IS_MISSING,
    TOO_LARGE,
    NOT_JSON,
    TOO_MANY,
    PARAMETERS_ARE_WRONG,
    NOT_FOUND,
    BROKEN_OFF,
    UNAVAILABLE,
    UNEXPECTED,
)
