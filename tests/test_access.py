"""Who may open what (P31 to P35): every address × method × role; an address without a row turns the tests red."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

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
    Role,
    Suppression,
    Team,
    User,
)
from leads.webhooks import Wanted
from reports.models import AuditTask, Episode
from revops import calibration, relay, what_if
from revops.calibration import Question
from routing import doubts, drafts
from routing.doubts import ScoresThen
from routing.models import (
    Absence,
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

SignIn = Callable[[User], Client]
TABLES = Path(__file__).parent / "access"
ROLES = ("sdr", "ae", "manager", "other sdr", "other manager", "marketer", "ops", "viewer", "nobody")

PROVIDER = enrichment_setup.Wanted(name="Vendor", kind="HTTP", url="https://vendor.example/")
WEBHOOK = Wanted("Warehouse", "https://warehouse.example/", "BATON", [])

# The tables hold every address, each method that it may be asked by, and what each role is answered. The record asked
# for belongs to the team of the first three; `302` for nobody leads to the sign-in, and a POST carries an empty form.
# Each file opens with a line that names the columns.
LINES = [line for each in TABLES.glob("*.txt") for line in each.read_text().splitlines()[1:]]
EXPECTED = {
    (name, method): dict(zip(ROLES, map(int, statuses), strict=True))
    for name, method, *statuses in map(str.split, LINES)
}


# A step of the sign-in itself: whoever has not begun begins, and goes on to wherever they wanted.
STEPS = {"mfa_authenticate"}


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


@pytest.fixture
def people(ana: User, mia: User, charlie: User, olga: User, dach: Team) -> dict[str, User | None]:
    """Somebody of each role; the first three are of the team whose records are asked for."""
    return {
        "sdr": ana,
        "ae": factories.person("axel", role="AE", team=dach),
        "manager": mia,
        "other sdr": charlie,
        "other manager": factories.person("moritz", role="MANAGER", team=charlie.team),
        "marketer": factories.person("mara", role="MARKETER"),
        "ops": olga,
        "viewer": factories.person("vera", role="VIEWER"),
        "nobody": None,
    }


@pytest.fixture
def ground(people: dict[str, User | None], olga: User, dach: Team) -> Ground:
    """A hand-off of Ana's in the first team, and what ops configures."""
    now = timezone.now()
    handoff = factories.handoff(now=now)
    assert handoff.assignee == people["sdr"]
    relay.deliver_due(now=now)
    of_deals = _of_deals(handoff, owner=people["ae"], now=now)
    return Ground(
        people, {**_of_sales(handoff, now=now), **of_deals, **_of_operations(dach, by=olga, now=now)}
    )


def _of_sales(handoff: Handoff, *, now: datetime) -> dict[str, Any]:
    """The hand-off, its rep's absence, and what the reports opened."""
    absence = Absence.objects.create(
        rep=Rep.objects.get(user=handoff.assignee),
        starts_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=10),
    )
    step = ClockStep.objects.filter(clock__handoff=handoff).latest("due_at")
    ClockStep.objects.filter(pk=step.pk).update(done_at=now, outcome="FAILED", note="broken")
    episode = Episode.objects.create(watched="REJECTIONS", began_at=now, sentence="Too many.")
    return {
        "handoff_id": handoff.pk,
        "lead_id": handoff.lead_id,
        "rep_id": absence.rep_id,
        "follow_up_id": factories.follow_up(handoff.lead, now=now).pk,
        "absence_id": absence.pk,
        "notification_id": Notification.objects.get(user=handoff.assignee).pk,
        "doubt_id": doubted(handoff, now=now).pk,
        "step_id": step.pk,
        "task_id": AuditTask.objects.create(episode=episode, opened_at=now).pk,
    }


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


def _of_operations(team: Team, *, by: User, now: datetime) -> dict[str, Any]:
    """Drafts of the scorecard and of the rules, a calendar, a dead letter, and what runs in the background."""
    kept = factories.signal(signal_id="kept")
    signal = intake.read(kept, source=factories.source(), now=now)
    intake.keep_failed(signal, kept, source=factories.source(), error=RuntimeError("broken"), now=now)
    calendar = BusinessCalendar.objects.create(name="Team", team=team, zone="Europe/Berlin", hours={"0": []})
    draft = scorecards.create_draft(Scorecard.objects.published(), by=by, now=now)
    rules = drafts.start(by=by, now=now)
    return {
        "slug": "demo",
        "way": "http",
        "provider_id": enrichment_setup.create(PROVIDER, by=by, now=now).pk,
        "suppression_id": refused(by=by, now=now).pk,
        "endpoint_id": webhooks.create(WEBHOOK, by=by, now=now).pk,
        "pool_id": Pool.objects.get(team=team).pk,
        "proposal_id": factories.proposal(team=team, now=now).pk,
        "territory_id": Territory.objects.get(team=team).pk,
        "rule_id": RoutingRule.objects.filter(rule_set=rules).order_by("-position")[0].pk,
        "rules": RuleSet.objects.published().version,
        "other": RuleSet.objects.published().version,
        "draft": draft.version,
        "job": "watch-the-jobs",
        "part": "fit",
        "tier": "T1",
        "template_id": MailTemplate.objects.get(code="case-study").pk,
        "track_id": NurtureTrack.objects.get(code="content").pk,
        "stage": "MQL",
        "code": "company_size",
        "promise_id": ServiceLevel.objects.order_by("pk")[0].pk,
        "calendar_id": calendar.pk,
        "person_id": User.objects.get(email="axel@baton.example").pk,
        "uidb36": "zz",
        "key": "used-up",
        "reason_id": RejectionReason.objects.order_by("position")[1].pk,
        "failed_id": FailedSignal.objects.get().pk,
        "source_name": "website",
        **_of_senders(by=by, now=now),
        "import_id": factories.file_import("Email\neva@acme.example\n").pk,
        "run_id": what_if.ask(draft, weeks=4, by=by, now=now).pk,
        "calibration": calibration.ask(Question(Target.WON, None, now), by=by, now=now).pk,
    }


def _of_senders(*, by: User, now: datetime) -> dict[str, Any]:
    """A source with a key and a secret, and a key that reads."""
    source = factories.source()
    api_keys.issue(source.name, now=now)
    webhook_secrets.add(source, by=by, now=now)
    read_keys.issue(by, name="BI", scopes=["leads:read"], by=by, now=now)
    return {
        "source_id": source.pk,
        "key_id": source.keys.get().pk,
        "secret_id": source.secrets.get().pk,
        "read_key": ReadKey.objects.get().pk,
    }


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name and the parameters of every address that the project answers."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", tuple(pattern.pattern.converters)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)


def ask(client: Client, method: str, path: str) -> tuple[int, str]:
    """What is answered; whatever it changed is taken back, and who signed out is signed in again."""
    signed_in = deepcopy(client.cookies)
    with transaction.atomic():
        answer = client.generic(method, path)
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    client.cookies = signed_in
    return answer.status_code, answer.headers.get("Location", "")


def test_every_address_has_its_rows() -> None:
    named = {name for name, _ in addresses(get_resolver())}

    assert {(name, method) for name in named for method in ("GET", "POST")} == set(EXPECTED)


@pytest.mark.parametrize("role", ROLES)
def test_role_is_answered_as_the_table_says(ground: Ground, role: str) -> None:
    parameters = dict(addresses(get_resolver()))
    client = ground.client(role)
    differing = []

    for (name, method), statuses in EXPECTED.items():
        status, _ = ask(client, method, ground.path(name, parameters[name]))
        if status != statuses[role]:
            differing.append(f"{name} {method}: {status}, expected {statuses[role]}")

    assert differing == []


def test_who_is_not_signed_in_is_led_to_the_sign_in(ground: Ground) -> None:
    client = ground.client("nobody")
    elsewhere = []

    for name, parameters in addresses(get_resolver()):
        path = ground.path(name, parameters)
        status, location = ask(client, "GET", path)
        if status == 302 and name not in STEPS and location != f"{reverse('account_login')}?next={path}":
            elsewhere.append((name, location))

    assert elsewhere == []


# Another team's records


def test_other_teams_see_the_lead_in_no_list_search_count_or_file(ground: Ground) -> None:
    for role in ("other sdr", "other manager"):
        client = ground.client(role)
        for path in (
            f"{reverse('leads')}?q=eva",
            f"{reverse('queue')}?tab=unassigned",
            f"{reverse('queue-arrivals')}?tab=team&after=0",
            reverse("service-level-report"),
            reverse("service-level-records"),
            reverse("service-level-csv"),
            reverse("notifications"),
        ):
            answer = client.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert b"Klein" not in body, (role, path)


@pytest.mark.parametrize("role", ["ae", "other sdr", "other manager", "marketer", "viewer", "nobody"])
@pytest.mark.parametrize("decision", ["accept", "reject", "undo", "snooze", "wake", "first-step"])
def test_who_may_not_decide_changes_nothing(ground: Ground, role: str, decision: str) -> None:
    before = snapshot()

    ground.client(role).post(
        reverse(decision, args=[ground.ids["handoff_id"]]),
        {"reason": "bad-fit", "note": "no", "minutes": "2", "step": "CALL"},
    )

    assert snapshot() == before


# Extra fields (P32)

INTRUDING = {
    "owner": "1",
    "owner_id": "1",
    "assignee": "1",
    "decided_by": "1",
    "team": "1",
    "team_id": "1",
    "stage": "CUSTOMER",
    "tier": "T1",
    "fit": "100",
    "score": "100",
    "engagement": "100",
    "is_staff": "on",
    "is_superuser": "on",
    "role": "OPS",
    "id": "1",
    "pk": "1",
    "lead": "1",
    "status": "REJECTED",
    "consent": "yes",
    "suppressed_at": "",
    "first_contact_at": "2020-01-01",
}


def snapshot() -> list[list[dict[str, Any]]]:
    """Everything that a decision or a rep may touch, but for what each moment adds by itself."""
    people = User.objects.values("email", "role", "team", "is_staff", "is_superuser")
    rows: list[QuerySet[Any, Any]] = [Lead.objects.values(), Handoff.objects.values(), people]
    return [list(each.order_by("pk")) for each in rows]


def test_extra_fields_of_an_acceptance_change_nothing(ground: Ground) -> None:
    ana = ground.people["sdr"]
    before = snapshot()

    ground.client("sdr").post(reverse("accept", args=[ground.ids["handoff_id"]]), INTRUDING)

    [[lead_before, *_others], [handoff_before], people_before] = before
    [[lead, *_others], [handoff], people] = snapshot()
    assert ana is not None
    assert {**lead, "stage": lead_before["stage"]} == lead_before
    assert lead["stage"] == "SAL"
    decided = {"status": "ACCEPTED", "decided_by_id": ana.pk, "decided_at": handoff["decided_at"]}
    assert handoff == {**handoff_before, **decided}
    assert people == people_before


def test_extra_fields_of_an_attempt_and_of_the_theme_change_nothing(ground: Ground) -> None:
    before = snapshot()
    client = ground.client("sdr")

    client.post(
        reverse("log-attempt", args=[ground.ids["lead_id"]]),
        {**INTRUDING, "channel": "LINKEDIN", "outcome": "SENT", "by": "1", "at": "2020-01-01"},
    )
    client.post(reverse("set-theme"), {**INTRUDING, "theme": "dark"})

    assert snapshot() == before
    ana = User.objects.get(email="ana@baton.example")
    assert ana.theme == "dark"
    assert ana.role == Role.SDR


def test_extra_fields_of_a_signal_change_nothing(ana: User, olga: User) -> None:
    payload = factories.signal("webinar_attended", **INTRUDING)
    del payload["consent"]
    payload["person"] |= {"owner": olga.pk, "stage": "CUSTOMER", "tier": "T1", "id": 999}

    answer = factories.receive(payload, now=timezone.now())

    lead = Lead.objects.get(pk=answer["lead"]["id"])
    assert (lead.owner, lead.stage, lead.suppressed_at) == (None, "LEAD", None)
    assert answer["scores"]["engagement"]["after"] == 15


# Forgery, redirects, hosts (P35)


def test_every_post_needs_the_token(ground: Ground) -> None:
    client = Client(enforce_csrf_checks=True)
    ops = ground.people["ops"]
    assert ops is not None
    client.force_login(ops)
    taken = []

    for name, parameters in addresses(get_resolver()):
        if EXPECTED[name, "POST"]["ops"] in (200, 302, 422):
            answer = client.post(ground.path(name, parameters), {})
            if answer.status_code != 403:
                taken.append(name)

    assert taken == []
    assert Handoff.objects.get().is_open


ELSEWHERE = [
    "//evil.example/",
    "\\\\evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
    "/\r\nLocation: https://evil.example",
]


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nobody_is_led_off_site(ana: User, place: str, as_user: SignIn) -> None:
    ana.set_password(factories.PASSWORD)
    ana.save()

    after_theme = as_user(ana).post(reverse("set-theme"), {"theme": "dark", "next": place})
    after_sign_in = Client().post(
        reverse("account_login"), {"login": ana.email, "password": factories.PASSWORD, "next": place}
    )

    assert (after_theme.status_code, after_sign_in.status_code) == (302, 302)
    for location in (after_theme.headers["Location"], after_sign_in.headers["Location"]):
        assert re.fullmatch(r"/([\w%.:-][\w%.:/-]*)?", location)


def test_own_pages_are_where_one_comes_back_to(ana: User, as_user: SignIn) -> None:
    answer = as_user(ana).post(reverse("set-theme"), {"theme": "dark", "next": "/leads/?q=eva"})

    assert answer.headers["Location"] == "/leads/?q=eva"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80@127.0.0.1", ""])
def test_wrong_host_is_refused(ana: User, host: str, as_user: SignIn) -> None:
    client = as_user(ana)

    for path in (reverse("account_login"), reverse("leads"), reverse("queue")):
        assert client.get(path, headers={"Host": host}).status_code == 400


def test_pages_may_not_be_framed_and_run_only_our_own_scripts(ana: User, as_user: SignIn) -> None:
    headers = as_user(ana).get(reverse("leads")).headers

    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
