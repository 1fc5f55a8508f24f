"""The operations by the names that ONLY= knows: the listed ones in their order, then what else the folder holds."""

from __future__ import annotations

import pkgutil
from pathlib import Path

FOLDER = Path(__file__).parent / "operations"
# name: module in bench.operations
ORDER = {
    "queue": "pages",
    "compliance": "compliance",
    "what_if": "what_if",
    "signal": "signals",
    "visible": "visible",
    "accept": "decisions",
    "sweep": "sweep",
    "batch": "batch",
    "backlog": "backlog",
    "decay": "decay",
    "rescoring": "rescoring",
    "calibration": "calibration",
    "assignments": "routing",
    "beside_import": "beside_import",
    "peer": "peer",
}

WHAT_GROWS = ("queue", "compliance", "signal", "accept", "sweep", "batch", "decay")
"""What three sizes are compared by, in a quarter of an hour: what should not grow with the leads."""


def operations() -> dict[str, str]:
    """The module of each name."""
    there = [found.name for found in pkgutil.iter_modules([str(FOLDER)])]
    listed = {name: module for name, module in ORDER.items() if module in there}
    return listed | {module: module for module in there if module not in listed.values()}


def unknown(asked: str) -> str:
    """The names in a list with commas that are no operation's, in words."""
    return ", ".join(name for name in _names(asked) if name not in operations())


def chosen(asked: str) -> dict[str, str]:
    """The operations of a list with commas, in their own order; all where nothing is asked for."""
    names = _names(asked)
    return {name: module for name, module in operations().items() if not names or name in names}


def _names(asked: str) -> list[str]:
    return [name.strip() for name in asked.split(",") if name.strip()]
