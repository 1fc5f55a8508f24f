"""Says what a promise came to, for whoever runs the slow tests with `make faults`."""

import sys


def say(promise: str, *, measured: str, target: str) -> None:
    """One line: the promise, the figure, the target."""
    sys.stdout.write(f"\n{promise}: {measured} (target: {target})\n")
