"""What marketing and sales owe each other, and what each promise means (SL-10)."""

from __future__ import annotations

from reports.domain.definitions import Definition

COMPLETE_FROM = 0.9
"""The share of hand-offs whose data must be complete."""

MQLS = Definition(
    "MQLs handed over",
    "Hand-offs to sales that were captured in the month, beside the number agreed for a month. "
    "An outbound call whose approval was undone is none.",
)
COMPLETE = Definition(
    "Complete data",
    "Hand-offs of the month whose lead has a name, an e-mail or a phone number, a job title, a country and a company. "
    "Of a person who was erased nobody can tell any more, and nothing is held to be missing. The target is 90%.",
)
DELIVERED = Definition(
    "Delivered in time",
    "Delivery clocks of the month that were stopped in time: from qualified to with a rep.",
)
REJECTED = Definition(
    "Rejected", "Of the hand-offs decided in the month, those that sales rejected. Up to 40% is healthy."
)
ATTRIBUTED = Definition(
    "Attribution reported", "Within five days of the month’s end, marketing says which deals it sourced."
)
REVIEWED = Definition("Reviewed in time", "Review clocks of the month that were stopped in time.")
REASONED = Definition("Reasons given", "Rejections of the month that name a reason. Every one has to.")
FOLLOWED_UP = Definition(
    "Followed up in time",
    "Follow-up clocks of the month that were stopped in time: from accepted to the next attempt.",
)
LAPSED = Definition(
    "Lapsed",
    "Hand-offs that nobody decided in time: by the ladder the lead goes back to nurture, and the managers know.",
)
HEALTHY_REJECTIONS = 0.4
