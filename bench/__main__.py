"""`python -m bench`: brings PostgreSQL and Valkey, or uses those that the environment names, and measures on them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import kept
from bench.named import WHAT_GROWS, operations, unknown
from bench.scale import GROWING, GROWTH, SCALES
from revops.embedded import CannotStartError, serving
from revops.embedded.process import Stopped, raise_stopped, run
from revops.local import settings_for

ROOT = Path(__file__).resolve().parent.parent
ARGUMENTS = {"--keep", "--fresh"}
STALE = timedelta(minutes=20)  # from which on the sweeps would find much that is overdue
USAGE = (
    "Say `make bench`, with SCALE=small, full or growth, ONLY=queue,accept for some of it, STATE= for another "
    "folder, and ARGS=--keep to keep the figures or ARGS=--fresh to build the data anew.\n"
)


def main(arguments: list[str]) -> int:
    """Measure what the environment asks for; 0 when all of it could be measured, 1 when not, 2 when asked wrongly."""
    scale = os.environ.get("SCALE") or "small"
    if scale not in {*SCALES, GROWTH} or set(arguments) - ARGUMENTS:
        sys.stderr.write(USAGE)
        return 2
    if strange := unknown(os.environ.get("ONLY", "")):
        sys.stderr.write(f"No operation is called {strange}. There are: {', '.join(operations())}.\n")
        return 2
    state = Path(os.path.abspath(os.environ.get("STATE") or ROOT / ".state/bench"))  # noqa: PTH100 - links stay
    raise_stopped()
    try:
        return _serve(state, scale, arguments)
    except CannotStartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Stopped:
        return 130


def _serve(state: Path, scale: str, arguments: list[str]) -> int:
    with serving(state, os.environ, durable=True) as servers:
        process = next((one.process.pid for one in servers.programs if one.name == "PostgreSQL"), 0)
        environment = settings_for(state, servers.environment) | {
            "DEBUG": "0",
            "DATABASE_PROCESS": str(process),
        }
        if scale != GROWTH:
            return _measure(scale, arguments, environment=environment)
        environment["ONLY"] = environment.get("ONLY") or ",".join(WHAT_GROWS)
        codes = [
            _measure(name, ["--fresh"] * ("--fresh" in arguments), environment=environment)
            for name in GROWING
        ]
        drawn = _python("bench.growth", *arguments, environment=environment)
        return max(*codes, drawn)


def _measure(scale: str, arguments: list[str], *, environment: Mapping[str, str]) -> int:
    """Build the scale's data set where it is not kept, and measure on copies of it."""
    place = kept.place(environment["DATABASE_URL"], SCALES[scale].amounts)
    told = {**environment, "SCALE": scale, "BESIDE": place.url}
    if code := _prepare(place, anew="--fresh" in arguments, environment=told):
        return code
    try:
        return _python("bench.run", *arguments, environment=told | {"DATABASE_URL": place.copy_url})
    finally:
        kept.drop(place)


def _prepare(place: kept.Place, *, anew: bool, environment: Mapping[str, str]) -> int:
    """See to it that the set is there, migrated, and its open work of now."""
    now = datetime.now(UTC)
    built = None if anew else kept.built(place, now=now)
    if built is None:
        kept.begin(place)
        built, age = kept.Built(now, now), list[str]()
    else:
        passed = now - built.fresh_at
        built, age = (
            (replace(built, fresh_at=now), [f"{passed.total_seconds()}"])
            if passed > STALE
            else (built, ["0"])
        )
    code = _python("bench.build", *age, environment={**environment, "DATABASE_URL": place.set_url})
    if not code:
        kept.finish(place, built)
    return code


def _python(module: str, *arguments: str, environment: Mapping[str, str]) -> int:
    return run([sys.executable, "-m", module, *arguments], environment=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
