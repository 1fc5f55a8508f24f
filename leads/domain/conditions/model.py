"""The vocabulary of conditions: truth values, operators, kinds of attribute, and the condition itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

Value = str | int | float | bool


class Truth(Enum):
    """Kleene's three truth values."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class Operator(StrEnum):
    """What a condition asks of an attribute."""

    IS_ONE_OF = "is_one_of"
    IS_NOT_ONE_OF = "is_not_one_of"
    CONTAINS_ANY = "contains_any"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    STARTS_WITH = "starts_with"
    IS_KNOWN = "is_known"
    IS_UNKNOWN = "is_unknown"


class Kind(StrEnum):
    """What sort of value an attribute holds."""

    NUMBER = "number"
    TEXT = "text"
    CODE = "code"  # ordered text, such as a post code, of which the beginning counts
    LIST = "list"
    FLAG = "flag"


Vocabulary = Mapping[str, Kind]


@dataclass(frozen=True)
class Condition:
    """One question about one attribute."""

    attribute: str
    operator: Operator
    values: tuple[Value, ...] = ()
