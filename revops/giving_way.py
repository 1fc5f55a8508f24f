"""Lets whoever serves a page have a core before what works behind it does, and that before a file."""

from __future__ import annotations

import os
import sys
from threading import get_native_id

WORKER, FILE = 5, 10


def give_way(nice: int) -> None:
    """From here on this thread, and what it begins, has a core after whoever is less nice; nothing takes that back.

    Where a thread has no priority of its own, which only Linux gives it, nothing happens.
    """
    if sys.platform == "linux":
        thread = get_native_id()
        nicest = max(nice, os.getpriority(os.PRIO_PROCESS, thread))
        os.setpriority(os.PRIO_PROCESS, thread, nicest)
