"""A backlog of leads that waits to be routed, handed over a thousand at a time, beside the same in bare SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from bench import bare_chain
from bench.bench import Bench
from bench.dataset import run as send
from bench.operations.routing import PACKAGE
from bench.result import Result, of_rows
from bench.rounds import compare
from bench.timing import milliseconds
from leads import quick_rows
from leads.domain.stages import MARKETING_STAGES
from leads.models import Lead
from routing import handoffs
from routing.handoffs import Package
from routing.models import Handoff

MOST = 100_000
PART = 10  # of the leads there are, what a round routes
TOGETHER = 1000
FEW = 10
WHOSE_WORD = {"origins"}  # of what is known; routing asks what is known, and not who says so
QUALIFY = "UPDATE leads_lead SET stage = 'MQL' WHERE id = ANY(%(leads)s)"


def run(bench: Bench) -> list[Result]:
    waiting = min(MOST, bench.scale.leads // PART)
    bare_chain.prepare()
    leads = _leads(waiting)
    _routed(_leads(FEW))  # what is read once a process is read before
    compared = compare(
        ours=lambda: _routed(_leads(waiting)),
        ceiling=partial(_bare, leads),
        size=float,
        rounds=bench.scale.rounds,
    )
    label = f"routing a backlog of {waiting:,} leads, {TOGETHER:,} at a time"
    return [of_rows(label, compared, rows=waiting, goal="≥ 0.10; best ≥ 0.70")]


def _leads(count: int) -> list[int]:
    """So many leads whom sales does not have yet, as MQLs; others at every call."""
    new = Lead.objects.filter(stage__in=MARKETING_STAGES, email_key__isnull=False, merged_into=None)
    free = new.exclude(Exists(Handoff.objects.open().filter(lead=OuterRef("pk")))).order_by("pk")
    found = list(free.values_list("pk", flat=True)[:count])
    if len(found) < count:
        raise ValueError(f"Only {len(found)} leads are left to be routed where {count} are asked for.")
    send(QUALIFY, {"leads": found})
    return found


def _routed(leads: Sequence[int]) -> float:
    before = Handoff.objects.count()
    parts = [leads[first : first + TOGETHER] for first in range(0, len(leads), TOGETHER)]
    took = milliseconds(lambda: list(map(_hand_over, parts)))
    if Handoff.objects.count() - before != len(leads):
        raise ValueError("Not every lead was handed over.")
    return took


def _hand_over(part: Sequence[int]) -> None:
    now = timezone.now()
    package = Package(captured_at=now - timedelta(seconds=1), **PACKAGE)
    with transaction.atomic():
        rows = quick_rows.read(Lead.objects.locked().filter(pk__in=part).order_by("pk"), without=WHOSE_WORD)
        quick_rows.bring(rows, "account", without=WHOSE_WORD)
        handoffs.hand_over_many([(lead, package) for lead in rows], now=now)


def _bare(leads: list[int]) -> float:
    took = milliseconds(lambda: bare_chain.route(leads, now=timezone.now()))
    bare_chain.forget()
    return took
