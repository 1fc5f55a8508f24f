"""Which of the things that most leads never have this one has: one statement, so that none is read in vain."""

from __future__ import annotations

from typing import NamedTuple

from leads import prepared
from leads.models import Lead

WHICH = """
    SELECT
        EXISTS (SELECT FROM leads_opportunity WHERE lead_id = %(lead)s OR account_id = %(account)s),
        EXISTS (SELECT FROM leads_factconflict WHERE account_id = %(account)s),
        EXISTS (SELECT FROM leads_duplicateproposal WHERE one_id = %(lead)s OR other_id = %(lead)s),
        EXISTS (SELECT FROM leads_merge WHERE survivor_id = %(lead)s),
        EXISTS (SELECT FROM routing_enrolment WHERE lead_id = %(lead)s),
        EXISTS (SELECT FROM leads_consentrecord WHERE lead_id = %(lead)s)
"""


class Seldom(NamedTuple):
    """What the lead, or its company, has."""

    deals: bool
    conflicts: bool
    doubles: bool
    merges: bool
    enrolments: bool
    consents: bool


def of(lead: Lead) -> Seldom:
    """What of it `lead` has."""
    return Seldom(*prepared.row(WHICH, {"lead": lead.pk, "account": lead.account_id}))
