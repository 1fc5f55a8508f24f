"""Lets whoever serves a page have a core before what works behind it does, and that before a file.

Half of such work is done by the database: where its server runs on the same machine, under a user whom we may ask to
give way, the sessions do so with whoever opened them.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from contextlib import suppress
from threading import get_native_id

import psutil

WORKER, FILE = 5, 10
PEER = struct.Struct("3i")  # process, user and group at the other end of a socket on this machine


def give_way(nice: int) -> None:
    """From here on this thread, and what it begins, has a core after whoever is less nice; nothing takes that back.

    Where a thread has no priority of its own, which only Linux gives it, nothing happens.
    """
    if sys.platform == "linux":
        thread = get_native_id()
        nicest = max(nice, os.getpriority(os.PRIO_PROCESS, thread))
        os.setpriority(os.PRIO_PROCESS, thread, nicest)


def give_way_together(line: int, session: int) -> None:
    """Let the server's `session`, a process that is spoken to over the socket `line`, give way as this thread does."""
    if sys.platform == "linux":
        nice = os.getpriority(os.PRIO_PROCESS, get_native_id())
        with suppress(OSError, psutil.Error):
            if nice > 0 and _is_of_this_machine(session, line):
                os.setpriority(os.PRIO_PROCESS, session, nice)


def _is_of_this_machine(session: int, line: int) -> bool:
    """Whether who listens at the other end began the process of that number here, and not one elsewhere."""
    with socket.socket(fileno=os.dup(line)) as end:
        listener, *_ = PEER.unpack(end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))
    return bool(listener > 0 and psutil.Process(session).ppid() == listener)
