"""How fast a lead is to be assigned and contacted: the targets of SL-8 and RT-7."""

from __future__ import annotations

from datetime import timedelta

CONTACT_WITHIN = timedelta(hours=4)
TOP_TIER_CONTACT_WITHIN = timedelta(minutes=10)
ASSIGNED_WITHIN = timedelta(minutes=5)
MEDIAN_ASSIGNED_WITHIN = timedelta(seconds=1)
