"""A list of people as a file, and the command that takes it in as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.processes import ROOT, database_url

ASKS = 20  # one in so many of them asks for a demo, and so is handed over


def written(folder: Path, *, rows: int, companies: int) -> Path:
    """A file of `rows` people who work for so many companies, written row by row."""
    path = folder / "list.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("Email,First name,Company,Country,Type\n")
        file.writelines(_person(n, companies) for n in range(rows))
    return path


def _person(n: int, companies: int) -> str:
    kind = "listed" if n % ASKS else "demo_request"
    return f"p{n}@firm{n % companies}.example,Eva,Firm {n % companies},US,{kind}\n"


def begun(path: Path) -> subprocess.Popen[bytes]:
    """The import of the file, under way on the tests' database."""
    command = ["manage.py", "import_signals", str(path), "--source", "list", "--preset", "generic"]
    environment = {**os.environ, "DATABASE_URL": database_url(), "SECRET_KEY": settings.SECRET_KEY}
    environment |= {"DJANGO_SETTINGS_MODULE": "revops.settings", "REDIS_URL": settings.REDIS_URL}
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
