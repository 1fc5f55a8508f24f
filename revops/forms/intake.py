"""Takes in what a hosted form was sent with: one signal like any other, once, and counted with it (IN-11)."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from leads import hosted_forms
from leads.intake import SignalIdReused
from leads.models import Lead
from revops import pipeline
from revops.forms.public_form import PublicForm
from revops.forms.tickets import Ticket
from revops.pipeline import Received


@transaction.atomic
def take(form: PublicForm, ticket: Ticket, *, now: datetime) -> None:
    """Send the valid form through the pipeline and count it; raises InvalidSignal, and then nothing is stored.

    Sent twice it is one signal. Sent again with other words, a correction: a signal of its own, so that none is lost.
    """
    payload = form.payload(ticket)
    try:
        received = pipeline.receive(payload, source=form.definition.source, now=now)
    except SignalIdReused:
        print_of_it = sha256(repr(sorted(payload.items())).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        payload["signal_id"] = f"{ticket.signal_id}-{print_of_it}"
        received = pipeline.receive(payload, source=form.definition.source, now=now)
    version = form.definition.consent_version if form.agreed else None
    hosted_forms.count(
        form.definition, payload["signal_id"], lead=_lead(received), consent_version=version, now=now
    )


def _lead(received: object) -> Lead | None:
    told = received.answer.get("lead") if isinstance(received, Received) else None
    return Lead.objects.get(pk=told["id"]) if told else None
