"""The ground of the tests of access: somebody of each role, and one record of each kind that an address names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from django.test import Client
from django.urls import reverse

from leads import api_keys, enrichment_setup, intake, read_keys, suppressions, webhook_secrets, webhooks
from leads.models import (
    CompanyQuestion,
    DuplicateProposal,
    FailedSignal,
    Lead,
    Notification,
    Opportunity,
    OpportunityStage,
    ReadKey,
    RefusedCalls,
    Suppression,
    Team,
    User,
)
from leads.webhooks import Wanted
from reports.models import AuditTask, Episode
from revops import relay
from revops.calibration import runs as calibration
from revops.calibration.runs import Question
from revops.what_if import runs as what_if
from routing import doubts, drafts
from routing.domain.ladder import Action
from routing.doubts import ScoresThen
from routing.models import (
    Absence,
    Attempt,
    BusinessCalendar,
    ClockStep,
    Doubt,
    Handoff,
    MailTemplate,
    NurtureTrack,
    Pool,
    RejectionReason,
    Rep,
    RoutingRule,
    RuleSet,
    ServiceLevel,
    Territory,
)
from scoring import scorecards
from scoring.domain.outcomes import Target
from scoring.models import Scorecard
from tests import factories

PROVIDER = enrichment_setup.Wanted(name="Vendor", kind="HTTP", url="https://vendor.example/")
WEBHOOK = Wanted("Warehouse", "https://warehouse.example/", "BATON", [])


@dataclass(frozen=True)
class Ground:
    """The people, and one record of each kind that an address can name."""

    people: dict[str, User | None]
    ids: dict[str, int | str]

    def path(self, name: str, parameters: tuple[str, ...]) -> str:
        """The address of the record; scorecards and rules both count in versions, and runs are of several kinds."""
        ids = {**self.ids, "version": self.ids["rules" if name.startswith("rules-") else "draft"]}
        if name.startswith("read-key"):
            ids["key_id"] = self.ids["read_key"]
        if name.startswith("calibration-"):
            ids["run_id"] = self.ids["calibration"]
        return reverse(name, kwargs={parameter: ids[parameter] for parameter in parameters})

    def client(self, role: str) -> Client:
        client, user = Client(raise_request_exception=False), self.people[role]
        if user is not None:
            client.force_login(user)
        return client


def everybody(team: Team, *, cast: dict[str, User]) -> dict[str, User | None]:
    """Somebody of each role; the first four are of the team whose records are asked for."""
    elsewhere = cast["other sdr"].team
    return {
        "sdr": cast["sdr"],
        "ae": factories.person("axel", role="AE", team=team),
        "csm": factories.person("cleo", role="CSM", team=team),
        "manager": cast["manager"],
        "other sdr": cast["other sdr"],
        "other manager": factories.person("moritz", role="MANAGER", team=elsewhere),
        "marketer": factories.person("mara", role="MARKETER"),
        "ops": cast["ops"],
        "viewer": factories.person("vera", role="VIEWER"),
        "nobody": None,
    }


def lay(people: dict[str, User | None], *, team: Team, now: datetime) -> Ground:
    """A hand-off of the first team's SDR, a deal of its executive's, and what operations configures."""
    handoff, ops = factories.handoff(now=now), people["ops"]
    assert handoff.assignee == people["sdr"]
    assert ops is not None
    relay.deliver_due(now=now)
    of_deals = _of_deals(handoff, owner=people["ae"], now=now)
    return Ground(
        people, {**_of_sales(handoff, now=now), **of_deals, **_of_operations(team, by=ops, now=now)}
    )


def _of_sales(handoff: Handoff, *, now: datetime) -> dict[str, Any]:
    """The hand-off, its rep's absence, and what the reports opened."""
    absence = Absence.objects.create(
        rep=Rep.objects.get(user=handoff.assignee),
        starts_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=10),
    )
    step = ClockStep.objects.create(
        clock=handoff.clocks.earliest("pk"),
        action=Action.NOTIFY_OPS,
        after=timedelta(hours=1),
        due_at=now,
        done_at=now,
        outcome="FAILED",
        note="broken",
    )
    episode = Episode.objects.create(watched="REJECTIONS", began_at=now, sentence="Too many.")
    return {
        "handoff_id": handoff.pk,
        "lead_id": handoff.lead_id,
        "attempt_id": _long_ago(handoff, now=now),
        "rep_id": absence.rep_id,
        "follow_up_id": factories.follow_up(handoff.lead, now=now).pk,
        "absence_id": absence.pk,
        "notification_id": Notification.objects.get(user=handoff.assignee).pk,
        "doubt_id": doubted(handoff, now=now).pk,
        "step_id": step.pk,
        "task_id": AuditTask.objects.create(episode=episode, opened_at=now).pk,
    }


def _long_ago(handoff: Handoff, *, now: datetime) -> int:
    """An attempt that nobody can take back any more."""
    at, by = now - timedelta(hours=1), handoff.assignee
    assert by is not None
    made = Attempt.objects.create(
        handoff=handoff, lead=handoff.lead, by=by, channel="LINKEDIN", outcome="SENT", at=at
    )
    return made.pk


def _of_deals(handoff: Handoff, *, owner: User | None, now: datetime) -> dict[str, Any]:
    """An open opportunity of the executive in the first team, its account, and a reason for a loss."""
    assert owner is not None
    deal = Opportunity.objects.create(
        lead=handoff.lead,
        account=handoff.lead.account,
        owner=owner,
        stage=OpportunityStage.objects.get(position=1),
        close_on=(now + timedelta(days=30)).date(),
        created_at=now,
    )
    return {
        "opportunity_id": deal.pk,
        "account_id": handoff.lead.account_id,
        **_of_people(handoff.lead, now=now),
        "kind": "reasons",
        "entry_id": factories.loss("price").pk,
    }


def _of_people(lead: Lead, *, now: datetime) -> dict[str, int]:
    """Somebody of the same team who may be the same person, and a company's name that fits several."""
    again = Lead.objects.create(email="e.klein@acme.example", team=lead.team, created_at=now)
    pair = DuplicateProposal.objects.create(one=lead, other=again, probability=0.9, proposed_at=now)
    question = CompanyQuestion.objects.create(name="Acme", name_key="acme", asked_at=now)
    return {"pair_id": pair.pk, "question_id": question.pk}


def doubted(handoff: Handoff, *, now: datetime) -> Doubt:
    """What the hand-off's manager asked operations."""
    scores = ScoresThen(
        handoff.fit, handoff.engagement, handoff.urgency, handoff.tier, handoff.scorecard_version
    )
    mia = User.objects.get(email="mia@baton.example")
    return doubts.raise_doubt(handoff, "Too small", scores, by=mia, now=now)


def refused(*, by: User, now: datetime) -> Suppression:
    """A domain that is not to be contacted."""
    suppressions.add(["rival.example"], origin=Suppression.Origin.HAND, by=by, now=now)
    return Suppression.objects.get()


def refused_of(sources: Iterable[int | None], *kinds: str, now: datetime) -> None:
    """A call of each of these sources was refused for each of the reasons; None is a sender whom nobody knows."""
    for source_id, kind in product(sources, kinds):
        RefusedCalls.objects.create(
            source_id=source_id,
            refused_on=now.date(),
            kind=kind,
            times=1,
            refused=1,
            first_at=now,
            last_at=now,
        )


def _of_operations(team: Team, *, by: User, now: datetime) -> dict[str, Any]:
    """What operations configures, what waits for it, and what runs in the background."""
    draft = scorecards.create_draft(Scorecard.objects.published(), by=by, now=now)
    return {
        **_of_scoring(draft, by=by, now=now),
        **_of_routing(team, by=by, now=now),
        **_of_time(team),
        **_of_senders(by=by, now=now),
        **_of_failures(now=now),
        "slug": "demo",
        "way": "http",
        "provider_id": enrichment_setup.create(PROVIDER, by=by, now=now).pk,
        "suppression_id": refused(by=by, now=now).pk,
        "endpoint_id": webhooks.create(WEBHOOK, by=by, now=now).pk,
        "import_id": factories.file_import("Email\neva@acme.example\n").pk,
        "job": "watch-the-jobs",
        "person_id": User.objects.get(email="axel@baton.example").pk,
        "uidb36": "zz",
        "key": "used-up",
    }


def _of_scoring(draft: Scorecard, *, by: User, now: datetime) -> dict[str, Any]:
    """A draft of the scorecard, its parts, and what was asked of it."""
    return {
        "draft": draft.version,
        "part": "fit",
        "tier": "T1",
        "stage": "MQL",
        "code": "company_size",
        "run_id": what_if.ask(draft, weeks=4, by=by, now=now).pk,
        "calibration": calibration.ask(Question(Target.WON, None, now), by=by, now=now).pk,
    }


def _of_routing(team: Team, *, by: User, now: datetime) -> dict[str, int]:
    """A draft of the rules, and who receives by them."""
    rules = drafts.start(by=by, now=now)
    return {
        "pool_id": Pool.objects.get(team=team).pk,
        "proposal_id": factories.proposal(team=team, now=now).pk,
        "territory_id": Territory.objects.get(team=team).pk,
        "rule_id": RoutingRule.objects.filter(rule_set=rules).order_by("-position")[0].pk,
        "rules": RuleSet.objects.published().version,
        "other": RuleSet.objects.published().version,
        "reason_id": RejectionReason.objects.order_by("position")[1].pk,
    }


def _of_time(team: Team) -> dict[str, int]:
    """What is promised, by which hours, and what is sent in the meantime."""
    hours: dict[str, list[str]] = {"0": []}
    calendar = BusinessCalendar.objects.create(name="Team", team=team, zone="Europe/Berlin", hours=hours)
    return {
        "calendar_id": calendar.pk,
        "promise_id": ServiceLevel.objects.order_by("pk")[0].pk,
        "template_id": MailTemplate.objects.get(code="case-study").pk,
        "track_id": NurtureTrack.objects.get(code="content").pk,
    }


def _of_failures(*, now: datetime) -> dict[str, int]:
    """A signal that was kept because its work failed."""
    kept = factories.signal(signal_id="kept")
    signal = intake.read(kept, source=factories.source(), now=now)
    intake.keep_failed(signal, kept, source=factories.source(), error=RuntimeError("broken"), now=now)
    return {"failed_id": FailedSignal.objects.get().pk}


def _of_senders(*, by: User, now: datetime) -> dict[str, Any]:
    """A source with a key, a secret and a refused call, one of nobody's, and a key that reads."""
    source = factories.source()
    refused_of([source.pk, None], "fields-are-wrong", now=now)
    api_keys.issue(source.name, now=now)
    webhook_secrets.add(source, by=by, now=now)
    read_keys.issue(by, name="BI", scopes=["leads:read"], by=by, now=now)
    return {
        "source_id": source.pk,
        "source_name": source.name,
        "key_id": source.keys.get().pk,
        "secret_id": source.secrets.get().pk,
        "read_key": ReadKey.objects.get().pk,
    }
