"""Lets Python's collector of cyclic garbage rest while very many objects are made that live until the block ends.

Otherwise it walks through all of them again and again, and finds nothing. It always works again afterwards.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
