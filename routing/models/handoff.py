"""Hand-offs: one passage of responsibility for a lead, with its decision."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from leads.models import Lead, Team, User
from leads.prepared import Given, Query
from leads.remembering import BESIDE
from routing.models.rule import RuleSet
from routing.models.territory import Pool


class RejectionReason(models.Model):
    """Why sales says no, and what then becomes of the lead (LC-5)."""

    class Outcome(models.TextChoices):
        """What a rejection does with the lead."""

        RECYCLE = "RECYCLE", "Recycle"
        DISQUALIFY = "DISQUALIFY", "Disqualify"
        MERGE = "MERGE", "Merge into another lead"

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    hold_days = models.PositiveSmallIntegerField(null=True, blank=True)
    note_required = models.BooleanField(default=False)
    gives_turn_back = models.BooleanField(default=False)
    second_look = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="RECYCLE") | Q(hold_days__isnull=True), name="reason_holds_only_recycled"
            )
        ]

    def __str__(self) -> str:
        return self.label


class HandoffQuerySet(models.QuerySet["Handoff"]):
    """Selects hand-offs in the words of the queue."""

    def open(self) -> HandoffQuerySet:
        """Those that wait for a decision."""
        return self.filter(status=Handoff.Status.OPEN)

    def that_stand(self) -> HandoffQuerySet:
        """Those that were not taken back, the latest first."""
        return self.exclude(status=Handoff.Status.RECALLED).order_by("-qualified_at", "-id")

    def recall(self, *, now: datetime) -> int:
        """Close, undecided, those that are still open; returns how many."""
        return self.open().update(status=Handoff.Status.RECALLED, decided_at=now, snoozed_until=None)

    def visible_to(self, user: User) -> HandoffQuerySet:
        """Hand-offs that `user` may know of: a rep's own and team's, a manager's teams', all for the rest."""
        if user.sees_every_lead:
            return self
        return self.filter(Q(assignee=user) | Q(team__in=Team.objects.ids_led_by(user)))


class Handoff(models.Model):
    """Marketing's lead in sales' hand, as it was when it was handed over (LC-3).

    `qualified_at` → `assigned_at` is the system's delay, `assigned_at` → `first_contact_at` the human one. Whoever has
    it now has had it since `received_at`, which is later where it was passed on.
    """

    class Kind(models.TextChoices):
        """Who passes to whom."""

        QUALIFIED = "QUALIFIED", "Marketing to sales"
        MEETING = "MEETING", "SDR to account executive"

    class Status(models.TextChoices):
        """Whether it was decided, and how."""

        OPEN = "OPEN", "Open"
        ACCEPTED = "ACCEPTED", "Accepted"
        REJECTED = "REJECTED", "Rejected"
        LAPSED = "LAPSED", "Lapsed: nobody decided in time"
        RECALLED = "RECALLED", "Recalled: taken back before anybody decided"

    class FirstStep(models.TextChoices):
        """How whoever accepted the lead means to begin (QU-12)."""

        CALL = "CALL", "Call now"
        EMAIL = "EMAIL", "E-mail"
        CADENCE = "CADENCE", "Cadence"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="handoffs", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    fit = models.FloatField()
    engagement = models.FloatField()
    urgency = models.FloatField()
    tier = models.CharField(max_length=10, blank=True)
    priority = models.CharField(max_length=2, blank=True)
    source = models.CharField(max_length=200, blank=True)
    trigger = models.CharField(max_length=40)
    scorecard_version = models.PositiveIntegerField()
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    rule_name = models.CharField(max_length=100, blank=True, db_default="")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    because = models.CharField(max_length=200)
    explanation = models.JSONField(default=dict)
    captured_at = models.DateTimeField()
    qualified_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    meeting_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    first_step = models.CharField(max_length=7, choices=FirstStep, blank=True, db_default="")
    second_look_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="second_looks", db_index=False
    )
    first_contact_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.ForeignKey(
        RejectionReason, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.TextField(blank=True)

    objects: ClassVar[HandoffQuerySet] = HandoffQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(status="OPEN"), name="handoff_one_open_a_lead"
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", decided_at__isnull=True)
                | Q(status="ACCEPTED", decided_at__isnull=False)
                | Q(status__in=["LAPSED", "RECALLED"], decided_at__isnull=False, decided_by__isnull=True)
                | Q(status="REJECTED", decided_at__isnull=False, reason__isnull=False),
                name="handoff_decided_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="QUALIFIED", meeting_at__isnull=True) | Q(kind="MEETING"),
                name="handoff_meets_by_kind",
            ),
        ]
        indexes = [
            # the queue counts and orders the open ones, and sees who came, by these alone: what a rep has and what
            # waits in a team for anybody …
            models.Index(
                fields=["assignee", "team"],
                include=["id", "tier", "urgency", "snoozed_until", "received_at"],
                condition=Q(status="OPEN"),
                name="handoff_open_of_rep",
            ),
            # … and all of a team
            models.Index(
                fields=["team"],
                include=["id", "assignee", "tier", "urgency", "snoozed_until", "received_at"],
                condition=Q(status="OPEN"),
                name="handoff_open_of_team",
            ),
            # caps count what a rep received today and this week
            models.Index(fields=["assignee", "received_at"], name="handoff_received_by"),
            models.Index(fields=["lead", "-qualified_at"], name="handoff_by_lead"),
            # reports read the captures and the decisions of a period
            models.Index(fields=["captured_at"], name="handoff_by_capture"),
            models.Index(
                fields=["decided_at"], condition=Q(decided_at__isnull=False), name="handoff_by_decision"
            ),
            # what few have: who decided, why not, and of what it is the second look
            models.Index(
                fields=["decided_by"], condition=Q(decided_by__isnull=False), name="handoff_by_decider"
            ),
            models.Index(fields=["reason"], condition=Q(reason__isnull=False), name="handoff_by_reason"),
            models.Index(
                fields=["second_look_of"],
                condition=Q(second_look_of__isnull=False),
                name="handoff_second_look_of",
            ),
            # the pages of decisions, newest first, and a month's replay
            models.Index(fields=["-qualified_at", "-id"], name="handoff_by_time"),
        ]

    def __str__(self) -> str:
        return f"Hand-off {self.pk} of {self.lead_id}"

    @property
    def is_open(self) -> bool:
        """True while it waits for a decision."""
        return self.status == self.Status.OPEN


PEOPLE = ("assignee", "team", "decided_by", "reason")
OF_PERSON_OR_TEAMS = Q(assignee=Given("person")) | Q(team__any_of=Given("teams"))


def _seen(who: Q) -> QuerySet[Handoff]:
    """How it came to whom is long, and read where somebody asks why."""
    found = HandoffQuerySet(Handoff).filter(who, pk=Given("handoff"))
    return found.select_related(*PEOPLE, "lead").defer("explanation")


def _held(who: Q) -> QuerySet[Handoff]:
    """What a decision goes by, with its lead: nobody else changes either until the transaction ends.

    Each table that is joined costs the server more than the row that it brings, so people are not among them.
    """
    found = HandoffQuerySet(Handoff).filter(who, pk=Given("handoff")).defer("explanation")
    locked = found.select_related("team", "lead").select_for_update(of=("lead", "self"), no_key=True)
    return locked.annotate(edition=RawSQL(BESIDE, ()))  # noqa: S611 - a constant


SEEN_BY_ALL = {False: Query(partial(_seen, Q())), True: Query(partial(_held, Q()))}
SEEN_BY_SOME = {
    False: Query(partial(_seen, OF_PERSON_OR_TEAMS)),
    True: Query(partial(_held, OF_PERSON_OR_TEAMS)),
}
"""By whether both are locked."""


def handoff_seen_by(user: User, handoff_id: int, *, is_held: bool = False) -> Handoff | None:
    """The hand-off of that id with its lead and whom it names, if it is one of those that are `visible_to` the user.

    Where it `is_held`, inside of a transaction, both are locked until that ends, and `edition` says of which
    operating model all this was read.
    """
    if user.sees_every_lead:
        found = SEEN_BY_ALL[is_held].first(handoff=handoff_id)
    else:
        teams = sorted(Team.objects.ids_led_by(user))
        found = SEEN_BY_SOME[is_held].first(handoff=handoff_id, person=user.pk, teams=teams)
    if found is not None and found.assignee_id == user.pk:
        found.assignee = user
    return found
