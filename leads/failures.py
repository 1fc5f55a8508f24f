"""What a failure means for whoever decides whether something is tried again, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

_BUSY = gettext_lazy("The database was busy or away. Another try is likely to go through.")
_SAME_AGAIN = gettext_lazy("Another try fails the same way, until whoever runs Baton has looked into it.")
_ENDED_ITS_WORKER = gettext_lazy("It ended the worker that tried it: have somebody look into it first.")
IN_WORDS = {
    "OperationalError": _BUSY,
    "InterfaceError": _BUSY,
    "TimeoutError": gettext_lazy("It took too long. Another try may go through."),
    "The last attempt": _ENDED_ITS_WORKER,
}
"""What the kinds of failure mean, where that says whether another try helps; of all others none does."""


def in_words(error: str) -> str:
    """By how the failure's own words begin; without any, nobody lived to tell."""
    if not error:
        return str(_ENDED_ITS_WORKER)
    return str(next((words for name, words in IN_WORDS.items() if error.startswith(name)), _SAME_AGAIN))
