"""Baton's own settings on servers for tests: those of DATABASE_URL and REDIS_URL, or else embedded ones.

The process that collects the tests starts them, one data folder for each run that goes on at the same time,
and stops them at its end; its workers find them in the environment.
"""

import atexit
import os
import re
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

from revops.embedded import CannotStartError, InUseError, Servers, serving

STATE = Path(__file__).resolve().parent.parent / ".state"
FOLDERS = ("tests", *(f"tests-{number}" for number in range(2, 10)))


def _servers(stack: ExitStack) -> Servers:
    """The servers in the first data folder that no other run of the tests holds."""
    for folder in FOLDERS[:-1]:
        with suppress(InUseError):
            return stack.enter_context(serving(STATE / folder, os.environ, durable=False))
    return stack.enter_context(serving(STATE / FOLDERS[-1], os.environ, durable=False))


def _apart(redis_url: str, worker: str) -> str:
    """The same broker with a database of its own for a worker of the tests ("gw0" gets 1)."""
    return re.sub(r"(?<=[=/])0$", str(int(worker.removeprefix("gw")) + 1), redis_url)


if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["REDIS_URL"] = _apart(os.environ["REDIS_URL"], worker)
else:
    _stack = ExitStack()
    atexit.register(_stack.close)
    try:
        os.environ.update(_servers(_stack).environment)
    except CannotStartError as error:
        sys.exit(str(error))
os.environ.setdefault("SECRET_KEY", "only-for-tests")

from revops.settings import *  # noqa: E402, F403 - the settings read the environment made above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # people sign in often in tests
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},  # none are collected
}
