"""What a replay's figures mean, and how its findings are said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from leads.models import Opportunity
from reports.domain.definitions import Definition
from routing.models import Handoff
from scoring.domain.histories import How


def definition(figure: str) -> Definition:
    """What a figure of the comparison means."""
    return {
        "passed": lambda: Definition(
            _("MQLs"),
            _(
                "Leads that the model’s gate passes in the period: the first time since marketing had them, by what "
                "they had done until then."
            ),
        ),
        "weekly": lambda: Definition(
            _("MQLs a week"),
            _("The same, divided by the weeks of the period; the week that is not over counts as one."),
        ),
        "accepted": lambda: Definition(
            _("Acceptance rate"),
            _(
                "Accepted by sales, of those that sales accepted or rejected. A lead that was never handed over was "
                "never decided about, so nothing is known of it. Under 10 decisions no rate is given."
            ),
        ),
        "won": lambda: Definition(
            _("Win rate"),
            _(
                "Won, of those whose opportunities are closed. Nothing is known of leads without a closed "
                "opportunity. Under 10 of them no rate is given."
            ),
        ),
        "gained": lambda: Definition(
            _("Gained"),
            _("Leads that the draft passes in the period and today’s model never while marketing had them."),
        ),
        "lost": lambda: Definition(
            _("Lost"),
            _("Leads that today’s model passes in the period and the draft never while marketing had them."),
        ),
    }[figure]()


def passed_in_words(row: Mapping[str, Any], threshold: float) -> str:
    """Why the gate passes the lead: its request, or its engagement beside the threshold."""
    if row["how"] == How.REQUEST:
        return _("Asked to be contacted")
    said = {"engagement": f"{row['engagement']:g}", "least": f"{threshold:g}", "fit": f"{row['fit']:g}"}
    if row["how"] == How.RELEASE:
        return _("Its hold ended with engagement %(engagement)s, at least %(least)s; fit %(fit)s") % said
    return _("Engagement %(engagement)s, at least %(least)s; fit %(fit)s") % said


def decision_in_words(decision: str, deal: str) -> str:
    """What really became of the lead, as far as it is known."""
    said = {
        Handoff.Status.ACCEPTED: _("Accepted"),
        Handoff.Status.REJECTED: _("Rejected"),
        Handoff.Status.OPEN: _("Waiting for a decision"),
        Handoff.Status.LAPSED: _("Lapsed: nobody decided in time"),
        Handoff.Status.RECALLED: _("Handed over and recalled"),
    }.get(decision, _("Never handed over"))  # type: ignore[call-overload]
    closed = {
        Opportunity.Status.WON: _("won"),
        Opportunity.Status.LOST: _("lost"),
        Opportunity.Status.OPEN: _("opportunity open"),
    }.get(deal)  # type: ignore[call-overload]
    return f"{said}, {closed}" if closed else str(said)


def file_name(found: Mapping[str, Any]) -> str:
    """What the CSV file is called: the version and its first Monday."""
    return f"what-if-version-{found['version']}-from-{found['weeks'][0]['monday']}.csv"
