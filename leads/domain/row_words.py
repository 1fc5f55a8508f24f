"""Says what is wrong with a row of a file in the file's own words: its columns, wherever a field came from one."""

from collections.abc import Iterable

from leads.domain.csv_mapping import UNNAMED, RowMapping, columns_in
from leads.domain.csv_values import UnreadableRow
from leads.domain.payload import FieldError

BROWSER = "visitor_id"
HERE_OR_BROWSER = f" here, or a {BROWSER}"


def refusal(mapping: RowMapping, errors: Iterable[FieldError]) -> str:
    """Why the row is no signal, a sentence for each field, with the columns that it was read from."""
    return " ".join(_sentence(mapping, error) for error in errors)


def unreadable(mapping: RowMapping, error: UnreadableRow) -> str:
    """Why the row cannot be read, with the columns of the field that cannot."""
    return _sentence(mapping, FieldError(error.field, str(error)))


def column(mapping: RowMapping, path: str) -> str:
    """The columns that a field was read from, in quotation marks; '' where it came from none."""
    part, _, rest = path.partition(".")
    if part == UNNAMED and rest:
        return f"“{rest}”"
    while path and path not in mapping.fields:
        path = path.rpartition(".")[0]  # what is wrong may lie inside the field: company.technologies.2
    names = columns_in(mapping.fields[path]) if path else ()
    return " and ".join(f"“{name}”" for name in names)


def _sentence(mapping: RowMapping, error: FieldError) -> str:
    named = column(mapping, error.field) or error.field
    browsers = column(mapping, BROWSER)
    there = f" here, or a visitor id in {browsers}" if browsers else ""
    message = error.message.replace(HERE_OR_BROWSER, there)
    return f"{named}: {message}" if named else message
