"""Plain functions that make what a test needs, with sensible values for all it does not care about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection
from django.utils import timezone

from leads import file_imports
from leads.models import Account, FileImport, Lead, LossReason, Source, Team, User
from revops import pipeline
from revops.pipeline import Received
from routing import rulebook
from routing.models import FollowUp, Handoff, OutboundProposal, Pool, PoolMember, Rep, Territory
from scoring.domain.model import Model

PASSWORD = "a long enough password"


def person(name: str, *, role: str = "VIEWER", team: Team | None = None, **fields: Any) -> User:
    return User.objects.create_user(
        f"{name}@baton.example",
        name=name.capitalize(),
        role=role,
        team=team,
        time_zone="Europe/Berlin",
        **fields,
    )


def territory(name: str, *, countries: list[str]) -> Territory:
    """A territory with its team, a pool of its reps, and the rule that routes to it."""
    team = Team.objects.create(name=name)
    made = Territory.objects.create(name=name, team=team, countries=countries)
    pool = Pool.objects.create(name=name, team=team)
    rulebook.append(rulebook.rules_for(made, general=pool), by=None, now=timezone.now())
    return made


def rep(name: str, *, team: Team, role: str = "SDR", **fields: Any) -> Rep:
    """A rep of the team, a member of its pool."""
    made = Rep.objects.create(user=person(name, role=role, team=team), **fields)
    PoolMember.objects.create(pool=Pool.objects.get(team=team), rep=made)
    return made


def source(name: str = "website") -> Source:
    return Source.objects.get_or_create(name=name)[0]


def signal(type_: str = "demo_request", email: str = "eva@acme.example", **fields: Any) -> dict[str, Any]:
    """The payload of a signal by a decision maker of a company that fits."""
    return {
        "type": type_,
        "person": {
            "email": email,
            "first_name": "Eva",
            "last_name": "Klein",
            "title": "VP Marketing",
            "phone": "+49 30 901820",
            "country": "DE",
        },
        "company": COMPANY,
        **fields,
    }


COMPANY = {
    "name": "Acme Software",
    "industry": "Software",
    "employees": 400,
    "country": "DE",
    "technologies": ["Salesforce", "HubSpot"],
    "growth_stage": "series_b",
    "annual_revenue": 30_000_000,
}


def receive(payload: dict[str, Any], *, now: datetime, sender: Source | None = None) -> dict[str, Any]:
    """Send the signal through the pipeline; the answer."""
    received = pipeline.receive(payload, source=sender or source(), now=now)
    assert isinstance(received, Received)
    return received.answer


def handoff(*, now: datetime, email: str = "eva@acme.example", **fields: Any) -> Handoff:
    """An open hand-off, made as they are made: by a demo request."""
    answer = receive(signal(email=email, **fields), now=now)
    return Handoff.objects.select_related("lead", "assignee").get(pk=answer["handoff"]["id"])


def waiting(name: str, *, now: datetime, **fields: Any) -> Handoff:
    """An open hand-off of somebody called `name`, at a company of their own."""
    person = {**signal()["person"], "email": f"{name}@{name}.example", "first_name": name.capitalize()}
    company = {**fields.pop("company", COMPANY), "name": f"{name.capitalize()} Software"}
    return handoff(now=now, email=person["email"], **{"person": person, "company": company, **fields})


def colleagues(lead: Lead, number: int, *, now: datetime) -> None:
    """So many others at the lead's company, each of a name of their own; and the server knows that they are many."""
    Lead.objects.bulk_create(
        Lead(
            email=f"colleague{n}@{lead.pk}.example",
            email_key=f"colleague{n}@{lead.pk}.example",
            last_name=f"Colleague {n}",
            account_id=lead.account_id,
            stage="LEAD",
            created_at=now,
        )
        for n in range(number)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")


def lead_of(email: str) -> Lead:
    return Lead.objects.get(email_key=email)


def file_import(content: str | bytes, *, name: str = "fair.csv", sender: str = "fair") -> FileImport:
    """A file that somebody has brought."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file_imports.keep(path, name=name, source=sender, by=None, now=timezone.now())


def follow_up(lead: Lead, *, now: datetime, **fields: Any) -> FollowUp:
    """A call of `lead` that is due within the hour."""
    values = {"channel": "CALL", "due_on": now.date(), "due_at": now + timedelta(hours=1), "created_at": now}
    return FollowUp.objects.create(lead=lead, **{**values, **fields})


def loss(code: str) -> LossReason:
    """The reason for a loss called `code`."""
    return LossReason.objects.get(code=code)


def proposal(*, team: Team, now: datetime) -> OutboundProposal:
    """An account of the team's that somebody should call, of which nobody is known."""
    account = Account.objects.create(name="Quiet", created_at=now)
    kind = OutboundProposal.Kind.INTENT
    return OutboundProposal.objects.create(
        kind=kind, account=account, team=team, why="a surge", proposed_at=now
    )


def with_gate(model: Model, **thresholds: float) -> Model:
    """The same model with other thresholds of the gate, by their names."""
    return replace(model, gate=replace(model.gate, **thresholds))  # type: ignore[arg-type]  # fields of a gate
