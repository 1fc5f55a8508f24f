"""`python -m bench`: brings PostgreSQL and Valkey, or uses those that the environment names, and measures on them."""

import os
import sys
from pathlib import Path

from bench.scale import SCALES
from revops.embedded import CannotStartError, serving
from revops.embedded.process import Stopped, raise_stopped, run
from revops.local import settings_for

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    scale = os.environ.get("SCALE") or "small"
    if scale not in SCALES or set(arguments) - {"--keep"}:
        sys.stderr.write(
            "Say `make bench`, with SCALE=small or SCALE=full, and ARGS=--keep to keep the figures.\n"
        )
        return 2
    state = Path(os.path.abspath(os.environ.get("STATE") or ROOT / ".state/bench"))  # noqa: PTH100 - links stay
    raise_stopped()
    try:
        with serving(state, os.environ, durable=True) as servers:
            environment = settings_for(state, servers.environment) | {"SCALE": scale, "DEBUG": "0"}
            database = next((one.process.pid for one in servers.programs if one.name == "PostgreSQL"), 0)
            command = [sys.executable, "-m", "bench.run", str(database), *arguments]
            return run(command, environment=environment)
    except CannotStartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Stopped:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
