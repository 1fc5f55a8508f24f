"""What comes to the demo from outside: a table that knows its companies better, and people who sent a form."""

from __future__ import annotations

from datetime import datetime, timedelta

from leads import enrichment, enrichment_setup
from leads.actors import Job
from leads.enrichment_setup import Wanted
from leads.models import Account, EnrichmentRow, HostedForm
from revops.forms import intake as form_intake
from revops.forms import tickets as form_tickets
from revops.forms.public_form import PublicForm

DEMO = Job("demo")
KNOWN, DIFFERING = 60, 6  # companies in the table, and those of which it says something else than they do
ELSEWHERE = 9  # up to here it knows another country of theirs than they say
UNUSED = Wanted(name="Firmographics service", kind="HTTP", url="https://firmographics.example/v2/companies")
READERS = (
    ("Nora", "nora@lindqvist-marine.example"),
    ("Tomás", "tomas@serrano-textil.example"),
    ("Aiko", "aiko@hoshi-labs.example"),
)


def bring(*, now: datetime) -> None:
    """A table of some companies, asked about at once, a service that is switched off, and three sign-ups by form."""
    wanted = Wanted(name="Company register", kind="TABLE")
    provider = enrichment_setup.create(wanted, by=DEMO, now=now)
    companies = Account.objects.exclude(domain="").filter(employees__gt=1).order_by("pk")[:KNOWN]
    EnrichmentRow.objects.bulk_create(
        [
            EnrichmentRow(provider=provider, domain=one.domain, facts=_facts(one, number))
            for number, one in enumerate(companies)
        ]
    )
    enrichment.sweep(now=now)
    enrichment_setup.switch(enrichment_setup.create(UNUSED, by=DEMO, now=now), is_on=False, by=DEMO, now=now)
    form = HostedForm.objects.get(slug="newsletter")
    for number, (name, email) in enumerate(READERS):
        _sign_up(form, name, email, at=now - timedelta(minutes=50 * (number + 1)))


def _facts(company: Account, number: int) -> dict[str, object]:
    """What the register says of a company that told its size itself: more people, or another land."""
    employees = company.employees or 0
    known: dict[str, object] = {"employees": employees * 3 // 2 if number < DIFFERING else employees}
    return known | ({"country": "LU"} if DIFFERING <= number < ELSEWHERE else {})


def _sign_up(definition: HostedForm, name: str, email: str, *, at: datetime) -> None:
    form = PublicForm(definition, {"email": email, "first_name": name, "consent": "on"})
    form.is_valid()
    ticket = form_tickets.issue(definition.slug, {"utm_source": "blog"}, referrer="", now=at)
    form_intake.take(form, ticket, now=at)
