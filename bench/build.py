"""Builds the data set of a scale in the database that the environment names; started by `python -m bench`."""

import os
import sys

import django
from django.utils import timezone

from bench.scale import SCALES


def main(*, is_built: bool) -> None:
    """A set that is built gets the migrations that have come since."""
    from django.core.management import call_command

    from bench import dataset

    call_command("migrate", verbosity=0)
    if not is_built:
        dataset.build(SCALES[os.environ["SCALE"]], now=timezone.now())


if __name__ == "__main__":
    django.setup()
    main(is_built="--built" in sys.argv[1:])
