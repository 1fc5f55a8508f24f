"""What a person is called, as far as it is known."""

from __future__ import annotations


def name_of(first_name: str, last_name: str, email: str, *, is_erased: bool) -> str:
    """First and last name, or the e-mail, or that the person is unknown, or was erased."""
    if is_erased:
        return "Erased person"
    return f"{first_name} {last_name}".strip() or email or "Unknown visitor"
