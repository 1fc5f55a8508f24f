"""Lets whoever serves a page have a core before an import does."""

from __future__ import annotations

import os
import sys
from threading import get_native_id

NICE = 10


def give_way() -> None:
    """From here on this thread has a core after everybody else; nobody can take that back, so it ends with the import.

    Where a thread has no priority of its own, which only Linux gives it, nothing happens.
    """
    if sys.platform == "linux":
        thread = get_native_id()
        nicest = max(NICE, os.getpriority(os.PRIO_PROCESS, thread))
        os.setpriority(os.PRIO_PROCESS, thread, nicest)
