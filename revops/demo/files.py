"""A file that the demo's marketer brought: who came to a breakfast, with two rows that could not be taken in."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from leads import background, file_imports
from leads.models import FileImport, User
from revops.demo.organisation import DOMAIN
from revops.imports import file_importing

NAME, SOURCE = "breakfast-guests.csv", "Breakfast"
GUESTS = (
    ("Greta", "Olsen", "Analyst", "fjordlicht.example", "Fjordlicht"),
    ("Pavel", "Novák", "Coordinator", "modra-linka.example", "Modrá linka"),
    ("Inés", "Ferrer", "Marketing Specialist", "casa-azul.example", "Casa Azul"),
    ("Yusuf", "Demir", "Engineer", "kopru.example", "Köprü"),
    ("Maeve", "O’Brien", "Office Manager", "greenway.example", "Greenway"),
    ("李", "娜", "Designer", "mingri.example", "Mingri"),
    ("Sofia", "Conti", "Assistant", "ponte-nuovo.example", "Ponte Nuovo"),
    ("Jan", "de Vries", "Consultant", "waterkant.example", "Waterkant"),
)
CONSENT = "I would like to hear from you about what we talked about at the breakfast."
MAPPING = {
    "fields": {
        "type": "listed",
        "person.email": "{Email}",
        "person.first_name": "{First name}",
        "person.last_name": "{Last name}",
        "person.title": "{Job title}",
        "company.name": "{Company}",
        "occurred_at": "{Came at}",
        "consent.basis": "opt_in",
        "consent.text": CONSENT,
    },
    "key": "{Email}",
    "zone": "UTC",
    "ignore": [],
}


def bring(*, now: datetime) -> FileImport:
    """Bring the file and take it in, as of a day before `now`."""
    marketer = User.objects.get(email=f"marketer@{DOMAIN}")
    came_at = now - timedelta(days=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_text(_content(came_at), encoding="utf-8")
        brought = file_imports.keep(path, name=NAME, source=SOURCE, by=marketer, now=came_at)
    file_imports.map_columns(brought, kind=FileImport.Kind.OPT_IN, mapping=MAPPING)
    file_importing.begin(brought, by=marketer, now=came_at)
    background.work_off({file_importing.RUN: file_importing.work_run})
    return brought


def _content(came_at: datetime) -> str:
    at = f"{came_at:%Y-%m-%d %H:%M}"
    lines = ["Email,First name,Last name,Job title,Company,Came at"]
    for first, last, title, domain, company in GUESTS:
        lines.append(f"guest.{len(lines)}@{domain},{first},{last},{title},{company},{at}")
    lines.append(f"no card left,Tom,Berg,CEO,Berg,{at}")
    lines.append("late@waterkant.example,Eva,Smit,Student,Waterkant,some time after nine")
    return "\n".join(lines) + "\n"
