"""The lead: one person, who they are and where they stand."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from leads import addresses
from leads.domain.person_name import name_of
from leads.domain.stages import SALES_STAGES, Stage
from leads.models.account import Account
from leads.models.organisation import Role, Team, User
from leads.models.words import has_word, indexed, is_indexed

WRITTEN = ("first_name", "last_name", "email")
"""The columns in which words are looked for."""
FEW_COMPANIES = 1000
STAGES = [(stage.value, stage.value) for stage in Stage]


class LeadQuerySet(models.QuerySet["Lead"]):
    """Selects leads in the words of the revenue cycle."""

    def visible_to(self, user: User) -> LeadQuerySet:
        """Leads that `user` may know of: a rep's own and team's, a manager's teams', all for the rest.

        Whoever cares for customers knows of their customers' people too, whoever works them (RT-2).
        """
        if user.sees_every_lead:
            return self
        theirs = Q(owner=user) | Q(team__in=Team.objects.ids_led_by(user))
        if user.role == Role.CSM:
            theirs |= Q(account__in=list(Account.objects.filter(csm=user).values_list("pk", flat=True)))
        return self.filter(theirs)

    def locked(self) -> LeadQuerySet:
        """Rows that nobody else changes until the transaction ends; others may still point at them.

        The weaker lock is what keeps a sweep that writes history beside a decision from waiting in a circle.
        """
        return self.select_for_update(of=("self",), no_key=True)

    def at_stage(self, *stages: Stage) -> LeadQuerySet:
        """Leads that stand at one of these; an index of open visits knows those with sales, in the order of ids."""
        if SALES_STAGES.issuperset(stages):
            return self.filter(visits__stage__in=stages, visits__left_at=None)
        return self.filter(stage__in=stages)

    def namesakes_of(self, lead: Lead) -> LeadQuerySet:
        """Others of the same name at the same company, who may be the same person."""
        if lead.account_id is None or not lead.last_name:
            return self.none()
        named = self.filter(account=lead.account_id, merged_into__isnull=True).exclude(last_name="")
        same = named.exclude(pk=lead.pk)
        return same.filter(first_name__iexact=lead.first_name, last_name__iexact=lead.last_name)

    def matching(self, words: str) -> LeadQuerySet:
        """Leads whose name, e-mail or company, by its name or domain, contains every word."""
        return self.filter(
            *(has_word(word, *WRITTEN) | _at_companies_with(word) for word in dict.fromkeys(words.split()))
        )

    def released_by(self, now: models.DateTimeField[str, object] | object) -> LeadQuerySet:
        """Recycled leads whose hold is over at `now`."""
        return self.filter(stage=Stage.RECYCLED, held_until__lte=now)


def _at_companies_with(word: str) -> Q:
    """Whoever is at a company with the word in its name or domain: by a list of these where they are few."""
    if is_indexed(word):
        few = list(Account.objects.matching(word).values_list("pk", flat=True)[: FEW_COMPANIES + 1])
        if len(few) <= FEW_COMPANIES:
            return Q(account__in=few)
    return has_word(word, "account__name", "account__domain")


class Lead(models.Model):
    """A person; `stage` is changed by `leads.lifecycle` alone, `tier` by scoring, `owner` by routing."""

    class Acquired(models.TextChoices):
        """How we came to know the person (LC-11)."""

        OWN = "OWN", "Came to us"
        PURCHASED = "PURCHASED", "Bought or from a data vendor"

    email = models.EmailField(max_length=254, blank=True)
    email_key = models.CharField(max_length=254, null=True)  # noqa: DJ001 - NULL: no e-mail yet
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=100, blank=True, default="", db_default="")
    postal_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="people", db_index=False
    )
    acquired = models.CharField(max_length=10, choices=Acquired, default=Acquired.OWN)
    # whose word each fact of the person is, and what was said otherwise; see leads.domain.whose_word
    origins = models.JSONField(null=True)

    stage = models.CharField(max_length=16, choices=STAGES, default=Stage.SUBSCRIBER.value)
    tier = models.CharField(max_length=10, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    held_from = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    suppressed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    objects: ClassVar[LeadQuerySet] = LeadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=[s.value for s in Stage]), name="lead_stage_known"),
            models.CheckConstraint(
                condition=~Q(stage="RECYCLED") | Q(held_until__isnull=False), name="lead_recycled_has_release"
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("id")), name="lead_is_not_merged_into_itself"
            ),
            models.UniqueConstraint(fields=["email_key"], name="lead_email_once"),
        ]
        # none names the stage or the tier: a lead that moves stays in its page, and no index hears of it
        indexes = [
            # a rep's and a team's leads, newest first, with keyset pages
            models.Index(fields=["team", "-id"], name="lead_by_team"),
            # the latest people of a company, also of one whom nobody new joined for long
            models.Index(fields=["account", "-id"], name="lead_by_account"),
            models.Index(fields=["owner"], condition=Q(owner__isnull=False), name="lead_by_owner"),
            # who of a company is somebody's, and who of it has the same name: a company may have thousands
            models.Index(fields=["account", "id"], condition=Q(owner__isnull=False), name="lead_in_hand"),
            models.Index(
                "account",
                Upper("last_name"),
                Upper("first_name"),
                condition=Q(merged_into__isnull=True) & ~Q(last_name=""),
                name="lead_namesakes",
            ),
            indexed(*WRITTEN, name="lead_by_words"),
            # who else has this telephone number
            models.Index(fields=["phone"], condition=~Q(phone=""), name="lead_by_phone"),
            # the release of recycled leads reads only those on hold
            models.Index(fields=["held_until"], condition=Q(held_until__isnull=False), name="lead_held"),
            # who was merged into a lead
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="lead_merged_into"
            ),
            # the few who were erased, whose scores stay as they were
            models.Index(fields=["erased_at"], condition=Q(erased_at__isnull=False), name="lead_erased"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name, or the e-mail, or that the person is unknown, or was erased."""
        return name_of(self.first_name, self.last_name, self.email, is_erased=self.erased_at is not None)

    def get_absolute_url(self) -> str:
        """The lead's page."""
        return addresses.of_record("lead", self.pk)


class Visitor(models.Model):
    """An anonymous browser; once its person is known, its touches are theirs (IN-6).

    When a second person gives their address on it, it is shared: from then on it alone says nothing of who is there.
    """

    visitor_id = models.CharField(max_length=128, unique=True)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="visitors")
    is_shared = models.BooleanField(default=False, db_default=False)
