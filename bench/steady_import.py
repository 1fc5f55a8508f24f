"""Takes a long file of new people in until it is ended, and says a word once it is under way.

Started by the operation that looks at pages beside it: `python -m bench.steady_import FILE`.
"""

import csv
import logging
import sys
from itertools import count
from pathlib import Path

import django
from django.utils import timezone

ROWS = 200_000  # more than anybody waits for
COLUMNS = ("mail", "first", "last", "title", "country", "company", "size", "kind")
ONE_IN = 20  # asks for a demo, and so is handed over


def write(path: Path, *, mark: str) -> None:
    """The file; `mark` sets its people apart from those of others."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for n in range(ROWS):
            kind = "demo_request" if n % ONE_IN == 0 else "content_download"
            mail = f"{mark}-{n}@list-{n % 5000}.example"
            rows.writerow((mail, "Eva", f"Klein-{n}", "VP Marketing", "DE", f"List {n % 5000}", 400, kind))


def main(path: Path) -> None:
    """Take the rows in, for ever as far as the operation is concerned."""
    from leads import imports
    from leads.domain.csv_guess import NEW_TYPES
    from leads.domain.csv_mapping import RowMapping
    from leads.models import Source
    from revops.imports.importing import Import

    fields = {
        "person.email": "{mail}",
        "person.first_name": "{first}",
        "person.last_name": "{last}",
        "person.title": "{title}",
        "person.country": "{country}",
        "company.name": "{company}",
        "company.employees": "{size}",
        "type": "{kind}",
    }
    source, _ = Source.objects.get_or_create(name="bench list")
    mapping = RowMapping(fields=fields, new_types=NEW_TYPES)
    taking = Import(file=imports.open_csv(path), mapping=mapping, source=source, now=timezone.now())
    for number, _ in zip(count(1), taking.steps(lambda _: None), strict=False):
        if number == 1:
            sys.stdout.write("under way\n")
            sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    logging.disable(logging.INFO)
    main(Path(sys.argv[1]))
