"""Names what somebody may have meant who wrote a name that there is not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 3


def nearest(name: str, names: Iterable[str]) -> str:
    """A sentence with the nearest of the names, to be put after one that says there is no `name`; "" for none near."""
    plain = {_plain(each): each for each in names}
    found = [plain[each] for each in get_close_matches(_plain(name)[:60], plain, n=MOST)]
    if not found:
        return ""
    *others, last = found
    return f" Did you mean {', '.join(others)} or {last}?" if others else f" Did you mean {last}?"


def _plain(name: str) -> str:
    return name.strip().casefold().replace("-", "_").replace(" ", "_")
