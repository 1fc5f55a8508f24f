"""Real leads and what became of them, through the door that every signal takes: a sample of each origin.

All eight thousand are in tests/faults, for they take minutes.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from leads.domain.stages import Stage
from leads.models import Lead, Opportunity, OutboxMessage, Signal, StageVisit, User
from routing.models import Clock, Handoff
from scoring import scorecards
from scoring.domain.gate import Gate
from scoring.models import Scorecard
from scoring.replay import Period
from tests import olist
from tests.olist import DEALS, IMPOSSIBLE, LEADS, Origin, Rows, read, run
from tests.replays import one_by_one, really_qualified, replayed

SAMPLE = 250
pytestmark = [pytest.mark.django_db, olist.needs_data]


def write(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def sample(leads: Rows) -> Rows:
    """Every n-th lead of each origin, so that the sample is made up as the whole is, and the impossible one."""
    in_order = sorted(leads, key=lambda row: (row["origin"], row["mql_id"]))
    step = len(leads) // SAMPLE
    return [row for place, row in enumerate(in_order) if place % step == 0 or row["mql_id"] == IMPOSSIBLE]


def expected(leads: Rows, deals: Rows) -> list[Origin]:
    """What the files say, counted without Baton; the impossible deal is none."""
    origin_of = {row["mql_id"]: row["origin"] for row in leads}
    mqls = Counter(origin_of.values())
    won = Counter(origin_of[row["mql_id"]] for row in deals if row["mql_id"] != IMPOSSIBLE)
    return sorted(
        (Origin(name, mqls[name], won[name]) for name in mqls), key=lambda row: (-row.mqls, row.source)
    )


def state() -> list[Iterable[object]]:
    """All that an import writes, to see that another run changes nothing."""
    return [
        Lead.objects.order_by("pk").values_list(),
        StageVisit.objects.order_by("pk").values_list(),
        Handoff.objects.order_by("pk").values_list(),
        Opportunity.objects.order_by("pk").values_list(),
        Clock.objects.order_by("pk").values_list(),
        Signal.objects.order_by("pk").values_list("pk", "signal_id"),
        User.objects.order_by("pk").values_list("pk", "email"),
    ]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written into the checkout."""
    monkeypatch.chdir(tmp_path)


def test_a_sample_of_real_leads_and_their_deals_gives_the_published_result_by_origin(
    model: Scorecard, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leads = sample(read(LEADS))
    names = {row["mql_id"] for row in leads}
    deals = [row for row in read(DEALS) if row["mql_id"] in names]
    leads_file, deals_file = write(tmp_path / "leads.csv", leads), write(tmp_path / "deals.csv", deals)

    first = run(capsys, leads_file, "olist")
    won = run(capsys, deals_file, "olist-deals")
    after = [list(rows) for rows in state()]
    again = run(capsys, leads_file, "olist"), run(capsys, deals_file, "olist-deals")

    assert first == f"read={len(leads)} stored={len(leads)} repeated=0 refused=0"
    assert won == f"read={len(deals)} stored={len(deals) - 1} repeated=0 refused=1"
    assert olist.by_first_touch() == expected(leads, deals)
    assert again == (
        f"read={len(leads)} stored=0 repeated={len(leads)} refused=0",
        f"read={len(deals)} stored=0 repeated={len(deals) - 1} refused=1",
    )
    assert [list(rows) for rows in state()] == after
    check_history(deals)
    check_refusal(tmp_path / "deals.csv.refused.csv")


def test_replay_of_real_leads_is_what_asking_the_gate_one_by_one_gives(
    model: Scorecard, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leads = sample(read(LEADS))[::2]
    names = {row["mql_id"] for row in leads}
    deals = [row for row in read(DEALS) if row["mql_id"] in names]
    run(capsys, write(tmp_path / "leads.csv", leads), "olist")
    run(capsys, write(tmp_path / "deals.csv", deals), "olist-deals")
    period = Period(datetime(2017, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC))
    today = scorecards.published_model()
    anybody = Gate(fit_at_least=0, engagement_at_least=1, needs_target_person=False)

    found, drafted = replayed(today, period, draft=replace(today, gate=anybody))

    assert found == really_qualified(period)
    assert drafted
    assert drafted == one_by_one(replace(today, gate=anybody), period)


def check_history(deals: Rows) -> None:
    """The sales history of every deal that was taken in, and nobody told of what is long past."""
    real = {row["mql_id"]: row for row in deals if row["mql_id"] != IMPOSSIBLE}
    for deal in Opportunity.objects.select_related("lead", "owner"):
        row = real.pop(deal.lead.email.removesuffix("@olist.invalid"))
        handoff = deal.lead.handoffs.select_related("decided_by").get()
        assert deal.owner is not None
        assert handoff.decided_by is not None
        assert (deal.lead.stage, deal.status) == (Stage.CUSTOMER, Opportunity.Status.WON)
        assert float(deal.amount or 0) == float(row["declared_monthly_revenue"])
        assert deal.owner.email == f"{row['sr_id']}@olist.invalid"
        assert handoff.decided_by.email == f"{row['sdr_id']}@olist.invalid"
        assert handoff.decided_at == deal.closed_at
        assert str(deal.close_on) == row["won_date"][:10]
    assert real == {}
    assert not OutboxMessage.objects.exists()
    assert not User.objects.filter(email__endswith="@olist.invalid", is_active=True).exists()


def check_refusal(path: Path) -> None:
    """The deal won before its first contact is named with its reason."""
    (refused,) = read(path)
    assert refused["mql_id"] == IMPOSSIBLE
    assert refused["reason"] == (
        "The deal was won on 6 March 2018, before the first contact on 8 March 2018."
    )


def test_the_files_hold_what_was_published() -> None:
    assert expected(read(LEADS), read(DEALS)) == olist.published()


def test_a_deal_of_a_lead_that_nobody_knows_is_refused(
    model: Scorecard, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deals = write(tmp_path / "deals.csv", read(DEALS)[:1])

    counts = run(capsys, deals, "olist-deals")

    assert counts == "read=1 stored=0 repeated=0 refused=1"
    assert "There is no lead" in read(tmp_path / "deals.csv.refused.csv")[0]["reason"]
    assert not Lead.objects.exists()
    assert not User.objects.exists()
