"""The check of everything: none on a healthy system, and each planted fault is named."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from leads.models import Lead, User
from reports.models import PackedWeek
from routing import handoffs
from routing.models import Handoff
from scoring.models import Score
from tests import factories


def test_healthy_system_has_no_violation(
    ana: User, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    handoffs.accept(factories.handoff(now=now), by=ana, now=now + timedelta(minutes=1))
    factories.receive(factories.signal("webinar_attended", email="tom@other.example"), now=now)

    call_command("verify")

    assert capsys.readouterr().out == "violations=0\n"


def test_planted_faults_are_named_and_exit_with_1(
    ana: User, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    lead = factories.handoff(now=now).lead
    Score.objects.update(engagement_sum=1)
    Handoff.objects.update(status="ACCEPTED", decided_at=now)

    with pytest.raises(SystemExit) as ended:
        call_command("verify")

    told = capsys.readouterr().out
    assert ended.value.code == 1
    assert f"Lead {lead.pk}: engagement is stored as 1, its touches and facts give 40." in told
    assert f"Lead {lead.pk}: is an MQL and waits in no hand-off." in told
    assert "violations=2" in told


def test_lead_of_somebody_who_left_is_a_violation(
    ana: User, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    handoffs.accept(factories.handoff(now=now), by=ana, now=now)
    User.objects.filter(pk=ana.pk).update(is_active=False)

    with pytest.raises(SystemExit):
        call_command("verify")

    assert f"Lead {Lead.objects.get().pk}: is with sales and has no active owner." in capsys.readouterr().out


def test_a_roll_up_that_is_not_what_its_rows_give_is_named(
    ana: User, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    handoffs.accept(factories.handoff(now=now), by=ana, now=now + timedelta(minutes=1))
    call_command("fill_rollups")
    call_command("verify")
    assert "violations=0" in capsys.readouterr().out

    PackedWeek.objects.filter(measure="REVIEW").update(facts=0, columns=b"")

    with pytest.raises(SystemExit):
        call_command("verify")
    assert "Roll-up of REVIEW, week of 2026-11-16: it is not what its rows give." in capsys.readouterr().out
