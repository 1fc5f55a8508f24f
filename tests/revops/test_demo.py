"""The demo company, in small: made by the pipeline, the same each time, true on every page, and only where it may."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from leads import company_answers, dead_letters
from leads.domain.stages import Stage
from leads.models import (
    Account,
    BackgroundRun,
    Campaign,
    CompanyQuestion,
    DuplicateProposal,
    EnrichmentProvider,
    FactConflict,
    FailedSignal,
    FileImport,
    Lead,
    Merge,
    Notification,
    Opportunity,
    OutboxMessage,
    Signal,
    StageVisit,
    User,
    WebhookEndpoint,
)
from revops import coming_back, scoring_review
from revops.calibration import runs
from revops.demo import history, mishaps, organisation, today
from revops.demo.live import Live
from routing import set_aside
from routing.models import Clock, ClockPause, Handoff, Rep
from scoring import scorecards
from scoring.models import Scorecard
from scoring.replay import Period
from tests.replays import Passes, one_by_one, really_qualified, replayed

# A Sunday night in Europe: only the desk that follows the sun is at work.
NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
PEOPLE, ACCOUNTS = 320, 130


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[history.Told]:
    """A small company, told once for all tests here and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield history.tell(now=NOW, people=PEOPLE, accounts=ACCOUNTS)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_everybody_can_sign_in_with_the_password_of_the_demo(demo: history.Told) -> None:
    people = User.objects.filter(email__in=organisation.SIGN_INS)

    assert {person.email for person in people} == set(organisation.SIGN_INS)
    assert {person.check_password("baton-demo") for person in people} == {True}
    assert Rep.objects.count() == 12
    assert Campaign.objects.count() == 4


@pytest.mark.django_db
def test_every_customer_is_looked_after_and_their_people_are_seen(demo: history.Told) -> None:
    csm = User.objects.get(email="csm@demo.baton")
    bought = Account.objects.filter(opportunities__status=Opportunity.Status.WON)

    assert set(bought.values_list("csm", flat=True)) == {csm.pk}
    assert set(Lead.objects.visible_to(csm).values_list("account__csm", flat=True)) == {csm.pk}


@pytest.mark.django_db
def test_a_calibration_is_there_and_the_review_looks_at_as_long_before_it(demo: history.Told) -> None:
    asked = BackgroundRun.objects.get(kind=runs.KIND)
    found = scoring_review.review(now=NOW)

    assert asked.status == BackgroundRun.Status.DONE
    assert asked.result is not None
    assert asked.result["rows"] > 0
    assert found is not None
    assert NOW - found.since == found.since - found.begins == history.CALIBRATED
    assert min(found.before.total, found.after.total) > 10


@pytest.mark.django_db
def test_each_sign_in_finds_open_work_and_some_waits_for_anybody(demo: history.Told) -> None:
    open_of = Handoff.objects.open().values_list("assignee__email", flat=True)

    for email, (_, _, wanted) in today.WANTED.items():
        assert 3 <= list(open_of).count(email) <= wanted + 4, email
    assert None in open_of


@pytest.mark.django_db
def test_several_clocks_are_about_to_run_out_whatever_the_hour(demo: history.Told) -> None:
    running = Clock.objects.running().filter(breached_at__isnull=True)

    soon = running.filter(due_at__range=(NOW, NOW + timedelta(minutes=60)))
    assert soon.filter(holder__email="sdr@demo.baton").count() >= 2


@pytest.mark.django_db
def test_most_promises_were_kept_and_some_were_not(demo: history.Told) -> None:
    done = Clock.objects.filter(stopped_at__isnull=False)

    kept = done.filter(breached_at__isnull=True).count() / done.count()

    assert 0.8 < kept < 0.98


@pytest.mark.django_db
def test_leads_stand_at_every_stage_from_interest_to_customer(demo: history.Told) -> None:
    stages = set(Lead.objects.values_list("stage", flat=True))

    assert stages >= {Stage.LEAD, Stage.MQL, Stage.SAL, Stage.CUSTOMER, Stage.RECYCLED, Stage.DISQUALIFIED}
    assert set(Opportunity.objects.values_list("status", flat=True)) == {"OPEN", "WON", "LOST"}
    assert Account.objects.filter(is_customer=True).exists()
    assert StageVisit.objects.filter(cause="hold is over").exists()


@pytest.mark.django_db
def test_all_kinds_of_people_are_there(demo: history.Told) -> None:
    assert Lead.objects.filter(acquired=Lead.Acquired.PURCHASED).exists()
    assert Lead.objects.filter(suppressed_at__isnull=False).exists()
    assert Signal.objects.filter(lead__isnull=True).exists()
    assert Signal.objects.filter(visitor_id__startswith="visitor-", lead__isnull=False).exists()
    assert Account.objects.filter(is_named=True, owner__isnull=False).exists()
    assert Scorecard.objects.filter(status=Scorecard.Status.DRAFT).exists()


@pytest.mark.django_db
def test_history_breaks_no_rule(demo: history.Told, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify")

    assert capsys.readouterr().out == "violations=0\n"


@pytest.mark.django_db
def test_no_mail_is_left_to_send_and_only_the_last_days_are_news(demo: history.Told) -> None:
    assert not OutboxMessage.objects.filter(sent_at__isnull=True, endpoint=None).exists()
    assert not OutboxMessage.objects.filter(created_at__lt=NOW - history.NEWS).exists()
    assert Notification.objects.filter(read_at__isnull=True).exists()


@pytest.mark.django_db
def test_nothing_happens_after_the_end(demo: history.Told) -> None:
    assert not Signal.objects.filter(received_at__gt=NOW).exists()
    assert not StageVisit.objects.filter(entered_at__gt=NOW).exists()
    assert not Handoff.objects.filter(decided_at__gt=NOW).exists()


@pytest.mark.django_db
def test_a_file_was_brought_and_two_of_its_rows_were_refused(demo: history.Told) -> None:
    brought = FileImport.objects.get()

    assert (brought.read, brought.stored, brought.refused) == (10, 8, 2)
    assert brought.finished_at is not None


@pytest.mark.django_db
def test_no_page_of_operations_is_empty(demo: history.Told) -> None:
    [question] = CompanyQuestion.objects.open()
    [gone] = WebhookEndpoint.objects.filter(paused_at__isnull=False)

    assert (question.waits.count(), company_answers.candidates_of(question).count()) == (2, 2)
    assert DuplicateProposal.objects.filter(decided_at=None).count() >= 2
    assert {one.name: one.count for one in dead_letters.kinds()} == {"OperationalError": 2, "DataError": 1}
    assert dead_letters.counts()["aside"] == 1
    assert (gone.paused_because, gone.deliveries.count()) == ("It answered 410.", 3)
    assert {one.fact for one in FactConflict.objects.all()} == {"employees", "country"}
    assert {one.is_on for one in EnrichmentProvider.objects.all()} == {True, False}
    assert len(set_aside.listed(User.objects.get(email="ops@demo.baton"))) == 2
    assert ClockPause.objects.filter(ends_at__gt=NOW).exists()
    assert Handoff.objects.open().filter(snoozed_until__gt=NOW).exists()


@pytest.mark.django_db
def test_dead_letters_of_the_demo_are_taken_in_when_tried_again(demo: history.Told) -> None:
    ops = User.objects.get(email="ops@demo.baton")

    with transaction.atomic():
        dead_letters.retry_all(dead_letters.dead(), by=ops, now=NOW)
        coming_back.retry_failed(now=NOW)
        left = FailedSignal.objects.filter(set_aside_at=None).count()
        taken = Lead.objects.filter(email__in=[email for _, email, _, _ in mishaps.LOST]).count()
        transaction.set_rollback(True)

    assert (left, taken) == (0, 3)


@pytest.mark.django_db
def test_demo_is_loaded_once(demo: history.Told, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo")

    assert "is there already" in capsys.readouterr().out
    assert Lead.objects.count() == demo.leads


@pytest.mark.django_db
def test_requests_keep_arriving_and_colleagues_keep_working(demo: history.Told) -> None:
    live = Live.of_the_demo(seed=history.SEED, random=Random(3), now=NOW)
    signals, handoffs = Signal.objects.count(), Handoff.objects.count()

    for minute in range(60):
        live.go_on(now=NOW + timedelta(minutes=minute))

    decided = Handoff.objects.filter(decided_at__gte=NOW)
    assert Signal.objects.count() == signals + 60
    assert Handoff.objects.count() > handoffs
    assert decided.exists()
    assert not decided.filter(decided_by__email__in=today.WANTED).exists()


def never_joined(passes: Passes) -> Passes:
    """Without those who were found to be one person with somebody: what each did alone is told no more."""
    joined = {lead for pair in Merge.objects.values_list("duplicate", "survivor") for lead in pair}
    return {(lead, at) for lead, at in passes if lead not in joined}


@pytest.mark.django_db
def test_replay_of_the_published_model_is_what_the_demo_lived_through(demo: history.Told) -> None:
    period = Period(NOW - timedelta(days=365), NOW + timedelta(hours=2))
    model = scorecards.published_model()
    draft = replace(model, decay_factor=0.9, gate=replace(model.gate, engagement_at_least=22))

    found, drafted = replayed(model, period, draft=draft)

    assert len(found) > 20
    assert never_joined(found) == never_joined(really_qualified(period))
    assert drafted == one_by_one(draft, period)
