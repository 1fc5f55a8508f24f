"""Starts the programs of the one-command run so that none outlives its holder, and ends them for certain."""

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

LINUX = sys.platform == "linux"
REFUSES_ROOT = (
    "PostgreSQL refuses to run as root, and this system does not let Baton run it as anybody else: "
    "be an ordinary user, or set DATABASE_URL to the address of a server of your own."
)
FULL = 32 * 2**20  # bytes left; PostgreSQL takes 16 MB at a time, and ends where it cannot
TELLING = re.compile(r"FATAL|PANIC|error|No space left|can't|cannot", re.IGNORECASE)

# From linux/prctl.h, linux/securebits.h and linux/capability.h
PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1

_libc = ctypes.CDLL(None, use_errno=True)


class CannotStartError(Exception):
    """What the run needs is missing or refuses; the text is one sentence for the person at the keyboard."""


class Stopped(BaseException):
    """Somebody asked the run to end: by Ctrl-C, by SIGTERM or by closing the terminal."""


def raise_stopped() -> None:
    """Have the first such request raise Stopped; the run is ending then and hears no more of them."""
    requests = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for request in requests:
            signal.signal(request, signal.SIG_IGN)
        raise Stopped

    for request in requests:
        signal.signal(request, stop)


@dataclass(frozen=True)
class Owner:
    """The account that a program runs as where its holder is root."""

    user: int
    group: int

    @classmethod
    def of(cls, folder: Path) -> "Owner":
        """Who owns `folder`; where that is root, nobody: the account without rights that every system has."""
        found = folder.stat()
        if found.st_uid:
            return cls(found.st_uid, found.st_gid)
        with suppress(KeyError):
            nobody = pwd.getpwnam("nobody")
            return cls(nobody.pw_uid, nobody.pw_gid)
        raise CannotStartError(REFUSES_ROOT)

    def take(self, folder: Path) -> None:
        """Make `folder` the owner's."""
        try:
            os.chown(folder, self.user, self.group)
        except OSError:
            raise CannotStartError(REFUSES_ROOT) from None


@dataclass(frozen=True)
class Program:
    """A running program that leads a process group of its own and prints to `log`."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def ask_to_stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Signal the program alone; it ends what it started in its own order."""
        if not self.has_ended():
            self.process.send_signal(how)

    def see_end(self, *, within: float) -> None:
        """Wait for the end up to `within` seconds, then end the program and all of its group."""
        try:
            self.process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            self.process.kill()
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def failure(self, what: str) -> CannotStartError:
        """`what` went wrong with it, in one sentence with its last words."""
        words = self._last_words()
        if "No space left" in words or shutil.disk_usage(self.log.parent).free < FULL:
            return CannotStartError(f"The disk is full: {self.name} {what} (its log: {self.log}).")
        return CannotStartError(f"{self.name} {what}: {words.rstrip('.')} (its log: {self.log}).")

    def _last_words(self) -> str:
        """The last line of the log that names an error, or else its last line."""
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        telling = [line for line in lines if TELLING.search(line)]
        return (telling or lines or ["it printed nothing"])[-1]


def start(  # noqa: PLR0913 - it is Popen with the choices that differ
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    folder: Path,
    environment: Mapping[str, str],
    when_orphaned: signal.Signals = signal.SIGTERM,
    owner: Owner | None = None,
    stdin: int = subprocess.DEVNULL,
    pass_fds: Sequence[int] = (),
    aloud: bool = False,
) -> Program:
    """Start `command` in `folder`; should this process be killed, the kernel sends it `when_orphaned`.

    All it prints goes to `log`; `aloud`, only its errors do, and the rest to where ours goes.
    """
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600), "wb") as output:
        try:
            process = subprocess.Popen(
                [os.fspath(part) for part in command],
                stdin=stdin,
                stdout=None if aloud else output,
                stderr=output,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
                pass_fds=pass_fds,
                preexec_fn=_tied_to_us(when_orphaned, owner),  # noqa: PLW1509 - we have a single thread
            )
        except subprocess.SubprocessError:
            raise CannotStartError(REFUSES_ROOT) from None
    return Program(name, process, log)


def run(command: Sequence[str], *, environment: Mapping[str, str]) -> int:
    """Run `command` at our terminal, where it hears Ctrl-C itself, and give its exit code as a shell would."""
    process = subprocess.Popen(
        command,
        env=dict(environment),
        preexec_fn=_tied_to_us(signal.SIGTERM),  # noqa: PLW1509 - we have a single thread
    )
    try:
        code = process.wait()
    except Stopped:
        process.terminate()
        process.wait()
        raise
    return code if code >= 0 else 128 - code


def die_with_parent(how: signal.Signals) -> None:
    """Have the kernel send us `how` when our parent ends (on Linux; elsewhere the next start cleans up)."""
    if LINUX:
        _call(_libc.prctl, PR_SET_PDEATHSIG, how, 0, 0, 0)


def _tied_to_us(when_orphaned: signal.Signals, owner: Owner | None = None) -> Callable[[], None]:
    """What the child does between fork and exec: lower its rights first, since that would undo the tie."""
    holder = os.getpid()

    def prepare() -> None:
        if owner is not None:
            _become(owner)
        die_with_parent(when_orphaned)
        if os.getppid() != holder:  # killed between the fork and the line above
            os._exit(1)

    return prepare


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Capabilities(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable"))


def _become(owner: Owner) -> None:
    """Turn this root process into `owner` with one privilege left: to pass closed folders.

    PostgreSQL refuses root, and no other account can enter a checkout under /root (mode 0700). Opening the
    folders would change permissions that are not ours, so the process takes the one capability that ignores
    them, CAP_DAC_OVERRIDE, into the program as an ambient one (Linux 4.3). Containers grant it by default;
    the other way, a user namespace, they forbid. NO_SETUID_FIXUP keeps the capability through setuid(), and
    lets access(2), by which PostgreSQL looks for its own files, count it.
    """
    if LINUX:
        _call(_libc.prctl, PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(owner.group)
    os.setuid(owner.user)
    if LINUX:
        mask = 1 << CAP_DAC_OVERRIDE
        sets = (_Capabilities * 2)(_Capabilities(mask, mask, mask), _Capabilities(0, 0, 0))
        _call(_libc.capset, ctypes.byref(_Header(CAPABILITY_VERSION_3, 0)), ctypes.byref(sets))
        _call(_libc.prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def _call(function: Callable[..., int], *arguments: object) -> None:
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
