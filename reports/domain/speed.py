"""How fast a lead is to be assigned and contacted: the targets of SL-8 and RT-7, and what each figure means."""

from __future__ import annotations

from datetime import timedelta

from reports.domain.definitions import NEARNESS, Definition

CONTACT_WITHIN = timedelta(hours=4)
TOP_TIER_CONTACT_WITHIN = timedelta(minutes=10)
ASSIGNED_WITHIN = timedelta(minutes=5)
MEDIAN_ASSIGNED_WITHIN = timedelta(seconds=1)

TO_CONTACT = Definition(
    "Capture to contact",
    "Median wall time from the capture of the signal that qualified the lead to the first call, e-mail or meeting "
    "by sales, of those contacted; nights and weekends count. The target is 4 h. " + NEARNESS,
)
TO_CONTACT_NINETIETH = Definition(
    "90th percentile", "Nine in ten of those contacted waited no longer, from capture to contact."
)
TOP_TIER = Definition("T1", "The median from capture to contact of T1 alone. The target is 10 min.")
SYSTEM_DELAY = Definition(
    "System delay",
    "Median wall time from the capture to the assignment to a rep. The target is a second, and five minutes for "
    "every single one.",
)
HUMAN_DELAY = Definition(
    "Human delay", "Median wall time from the assignment to the first contact: the part that people take."
)
IN_TIME = Definition(
    "Within target",
    "Of those contacted, the share within 4 h of the capture, for T1 within 10 min. With fewer than 10 no rate is "
    "given.",
)
CONTACTED = Definition("Contacted", "Hand-offs captured in the period that sales has contacted.")
WAITING = Definition("Waiting", "Hand-offs of the period that are open and were not contacted yet.")
TO_CONTACT_OF_ONE = Definition("To contact", "From the capture to the first contact, in wall time.")
SYSTEM_DELAY_OF_ONE = Definition("System", "From the capture to the assignment, in wall time.")
HUMAN_DELAY_OF_ONE = Definition("Human", "From the assignment to the first contact, in wall time.")
