"""Lets Python's collector of cyclic garbage rest while very many objects are made that live until the block ends.

Otherwise it walks through all of them again and again, and finds nothing. It always works again afterwards.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

MANY = 1_000_000  # objects more than before, which is more than a long run over good rows ever holds


@contextmanager
def resting() -> Iterator[None]:
    """Nothing is collected inside the block, which should be short; inside another it ends with that."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle() -> None:
    """Look through what is there for the last time: a process that has loaded what it serves keeps all of it.

    Its 200,000 objects would be walked through again once in some hundreds of requests, and one of those would wait
    a tenth of a second for it.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def seldom() -> Iterator[None]:
    """Inside the block, which may be long, it is looked for garbage only where very many objects have come to stay.

    Of several blocks that overlap the last to end gives the collector its own measure back.
    """
    with _Seldom.lock:
        if not _Seldom.open:
            _Seldom.usual = gc.get_threshold()
            gc.set_threshold(MANY, *_Seldom.usual[1:])
        _Seldom.open += 1
    try:
        yield
    finally:
        with _Seldom.lock:
            _Seldom.open -= 1
            if not _Seldom.open:
                gc.set_threshold(*_Seldom.usual)


class _Seldom:
    """How many long blocks are open, and the collector's measure outside of them."""

    lock = Lock()
    open = 0
    usual = gc.get_threshold()
