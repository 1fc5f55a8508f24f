"""Builds the data set of a scale in the database that the environment names; started by `python -m bench`."""

import os
import sys
from datetime import timedelta

import django
from django.utils import timezone

from bench.scale import SCALES


def main(*, age: timedelta | None) -> None:
    """A set that is there gets the migrations that have come since, and is moved along by its age in seconds."""
    from django.core.management import call_command

    from bench import dataset

    call_command("migrate", verbosity=0)
    if age is None:
        dataset.build(SCALES[os.environ["SCALE"]], now=timezone.now())
    elif age:
        dataset.freshen(age)


if __name__ == "__main__":
    django.setup()
    main(age=timedelta(seconds=float(sys.argv[1])) if sys.argv[1:] else None)
