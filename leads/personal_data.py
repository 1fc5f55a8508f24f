"""Where personal data lies: how a table says whose its rows are, and what an erasure makes of each text.

Each app declares its own tables beside its models; `revops.privacy` holds them together, and a test turns red on
a table, or a field that can hold words, of which nobody has said anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.db.models.options import Options

from leads.domain.erasing import ERASED, KnownBy, opening, without_texts
from leads.models import (
    Account,
    ApiKey,
    AuditEntry,
    BackgroundRun,
    CacheEntry,
    Campaign,
    CompanyQuestion,
    CompanyWait,
    ConsentRecord,
    DuplicateProposal,
    EnrichmentLookup,
    EnrichmentProvider,
    EnrichmentRow,
    Erasure,
    FactConflict,
    FactOrder,
    FailedSignal,
    FileImport,
    FilePart,
    FormSubmission,
    GuessTally,
    HostedForm,
    IdentityKey,
    IdentityLook,
    ImportedLead,
    JobRun,
    Lead,
    LossReason,
    Merge,
    NoticeSettings,
    Notification,
    OperatingModelEdit,
    Opportunity,
    OpportunityStage,
    OpportunityState,
    OutboxMessage,
    ProviderIdentity,
    PrunedMonth,
    ReadKey,
    RefusedCalls,
    RefusedRow,
    RevenueCycle,
    Signal,
    SignalReceipt,
    SignalType,
    Source,
    StageVisit,
    Suppression,
    Team,
    TimelineEvent,
    User,
    Visitor,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
    WebhookSeen,
)

Becomes = Callable[[Any, Any], Any]
"""What a field of one of the person's rows becomes: from the row, and its value once all names are out of it."""


@dataclass(frozen=True)
class Person:
    """Whose data is meant: every lead that stands for them, their browsers, and what they are known by."""

    leads: tuple[int, ...]
    visitors: tuple[str, ...]
    known: KnownBy

    @property
    def pages(self) -> list[str]:
        """The addresses of their pages, by which messages name them."""
        return [f"/leads/{lead_id}/" for lead_id in self.leads]

    @property
    def subjects(self) -> list[str]:
        """How the audit names them."""
        return [f"lead:{lead_id}" for lead_id in self.leads]


@dataclass(frozen=True)
class Table:
    """What one table holds of people.

    `rows` finds the person's own. There, `becomes` says field by field what is left; out of everybody else's, and out
    of what is only `cleaned`, whatever the person is known by is taken. In `renamed`, which are keys, a mention gives
    way to a number. Where no key says whose a row is, it is theirs when what `names_whose` takes from it names them.
    `files` may hold anybody, and are forgotten whole. `of_staff` is about colleagues, and `plain` about nobody: looked
    at, and so decided.
    """

    model: type[Model]
    rows: Callable[[Person], Q] | None = None
    becomes: Mapping[str, Becomes] = field(default_factory=dict)
    cleaned: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    of_staff: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    names_whose: Callable[[Any], Any] | None = None
    is_dropped: bool = False

    @property
    def options(self) -> Options[Any]:
        """What Django knows of the table."""
        return self.model._meta  # noqa: SLF001 - Django's own door to it, documented

    @property
    def label(self) -> str:
        """The table's name, with its app's."""
        return str(self.options.label)

    def everybodys(self) -> QuerySet[Any]:
        """All its rows."""
        return QuerySet(self.model)

    @cached_property
    def scanned(self) -> list[str]:
        """The fields that are searched in everybody's rows for a mention of the person."""
        named = [*self.becomes, *self.cleaned, *self.renamed]
        return [name for name in named if holds_words(self.options.get_field(name))]

    def decided(self) -> set[str]:
        """The fields of which it is said what they hold."""
        return {*self.becomes, *self.cleaned, *self.plain, *self.of_staff, *self.files, *self.renamed}


def holds_words(one: Any) -> bool:
    """Whether a field can hold words that somebody chose: any text, JSON or bytes but for a list of choices."""
    if isinstance(one, ArrayField):
        return holds_words(one.base_field)
    wordy = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)
    others = (models.GenericIPAddressField, models.URLField, models.EmailField)
    return isinstance(one, (*wordy, *others)) and not one.choices and not isinstance(one, models.SlugField)


def always(value: Any) -> Becomes:
    """The field holds that, whatever it held."""
    return lambda _row, _cleaned: value


def told_no_more(row: Any, cleaned: Any) -> Any:
    """A text that a person wrote: that there was one is kept, what it said is not."""
    return ERASED if cleaned else cleaned


def by_hand_no_more(row: Any, cleaned: Any) -> Any:
    """A sentence of our own making without names; what a colleague brought about may quote them, and goes whole."""
    return cleaned if row.actor_id is None else told_no_more(row, cleaned)


def as_cleaned(row: Any, cleaned: Any) -> Any:
    """What is left once all names are out of it."""
    return cleaned


def emptied(row: Any, cleaned: Any) -> Any:
    """The same cells with nothing in them."""
    if isinstance(cleaned, list):
        return [emptied(row, each) for each in cleaned]
    return "" if isinstance(cleaned, str) else cleaned


def numbers_alone(row: Any, cleaned: Any) -> Any:
    """Ids and figures stay, words go."""
    return without_texts(cleaned)


def of_lead(path: str = "lead") -> Callable[[Person], Q]:
    """The rows that hang from one of the person's leads."""
    return lambda person: Q(**{f"{path}__in": person.leads})


def _signals(person: Person) -> Q:
    anonymous = Q(lead__isnull=True, visitor_id__in=[each for each in person.visitors if each])
    return Q(lead__in=person.leads) | anonymous


def _messages(person: Person) -> Q:
    return Q(path__in=person.pages) | Q(payload__data__lead__id__in=person.leads)


def _audited(person: Person) -> Q:
    return Q(subject__in=person.subjects) & ~Q(action__startswith="person.")


def _visitor(row: Any, cleaned: Any) -> str:
    return f"erased-{row.pk}"


NOTHING, NOBODY = always(""), always(None)
TABLES: tuple[Table, ...] = (
    Table(GuessTally, plain=("place",)),
    Table(CacheEntry, of_staff=("cache_key", "value")),
    Table(ProviderIdentity, of_staff=("issuer", "subject")),
    Table(
        Lead,
        rows=of_lead("pk"),
        becomes={
            "email": NOTHING,
            "email_key": NOBODY,
            "first_name": NOTHING,
            "last_name": NOTHING,
            "title": NOTHING,
            "phone": NOTHING,
            "region": NOTHING,
            "postal_code": NOTHING,
            "origins": NOBODY,
        },
        plain=("country", "tier"),
    ),
    Table(Visitor, rows=of_lead(), becomes={"visitor_id": _visitor}),
    Table(
        Signal,
        rows=_signals,
        becomes={
            "visitor_id": NOTHING,
            "utm": as_cleaned,
            "url": NOTHING,
            "referrer": NOTHING,
            "self_reported_source": NOTHING,
            "consent": always({}),
            "answers": always({}),
            "properties": always({}),
            "raw": always({}),
        },
        renamed=("signal_id",),
    ),
    Table(
        SignalReceipt,
        rows=lambda person: Q(answer__lead__id__in=person.leads),
        becomes={
            "answer": always({"erased": True}),
            "fingerprint": always(
                "erased"
            ),  # so that the same signal, sent again, is refused and not taken anew
        },
        renamed=("signal_id",),
    ),
    Table(
        FailedSignal,
        becomes={"payload": as_cleaned, "error": as_cleaned, "set_aside_because": told_no_more},
        plain=("qualified_elsewhere",),
        renamed=("signal_id",),
        names_whose=lambda row: row.payload.get("person") if isinstance(row.payload, dict) else row.payload,
        is_dropped=True,
    ),
    Table(
        ConsentRecord,
        rows=of_lead(),
        becomes={"text": told_no_more, "basis": as_cleaned},
        plain=("source",),
    ),
    Table(Suppression, rows=of_lead(), becomes={"lead": NOBODY}, plain=("value", "job")),
    Table(
        TimelineEvent,
        rows=of_lead(),
        becomes={
            "text": lambda row, cleaned: (
                opening(cleaned) if row.actor_id and row.kind == "STAGE" else by_hand_no_more(row, cleaned)
            ),
            "data": lambda row, cleaned: cleaned if row.actor_id is None else without_texts(cleaned),
        },
        plain=("job",),
    ),
    Table(
        StageVisit, rows=of_lead(), becomes={"cause": by_hand_no_more}, plain=("came_from", "reason", "job")
    ),
    Table(
        Merge,
        rows=lambda person: Q(duplicate__in=person.leads) | Q(survivor__in=person.leads),
        becomes={"filled": always({})},
        plain=("job",),
    ),
    Table(Opportunity, rows=of_lead(), becomes={"loss_reason": as_cleaned}),
    Table(
        OpportunityState, rows=of_lead("opportunity__lead"), becomes={"note": told_no_more}, plain=("job",)
    ),
    Table(
        AuditEntry,
        rows=_audited,
        becomes={"text": told_no_more, "before": numbers_alone, "after": numbers_alone},
        plain=("action", "subject", "job"),
        of_staff=("came_from",),
    ),
    Table(
        OutboxMessage,
        rows=_messages,
        becomes={
            "title": as_cleaned,
            "text": NOTHING,
            "payload": as_cleaned,
            "error": told_no_more,
        },
        plain=("kind", "path", "key", "undo_key"),
        names_whose=lambda row: [row.title, row.text],
    ),
    Table(
        Notification,
        rows=lambda person: Q(path__in=person.pages),
        becomes={"title": as_cleaned, "text": NOTHING},
        plain=("path", "kind"),
        names_whose=lambda row: [row.title, row.text],
    ),
    Table(
        WebhookDelivery,
        rows=lambda person: (
            Q(message__path__in=person.pages) | Q(message__payload__data__lead__id__in=person.leads)
        ),
        becomes={"excerpt": told_no_more, "error": told_no_more},
    ),
    Table(ImportedLead, rows=of_lead()),
    Table(
        FileImport,
        becomes={"name": as_cleaned, "header": as_cleaned, "mapping": as_cleaned, "sample": emptied},
        plain=("preset",),
        names_whose=lambda row: row.sample,
    ),
    Table(FilePart, files=("content",)),
    Table(RefusedRow, becomes={"reason": as_cleaned, "cells": emptied}, names_whose=lambda row: row.cells),
    Table(BackgroundRun, cleaned=("parameters", "result", "error"), plain=("kind", "step")),
    Table(CompanyQuestion, cleaned=("name", "name_key", "told"), plain=("country",)),
    Table(CompanyWait, rows=of_lead()),
    Table(DuplicateProposal, plain=("evidence",)),  # names of facts and weights, none of the facts
    Table(IdentityKey, rows=of_lead(), becomes={"key": always(0)}, is_dropped=True),
    Table(IdentityLook, rows=of_lead(), becomes={"facts_print": always(0)}),
    Table(FormSubmission, rows=of_lead(), renamed=("signal_id",)),
    Table(JobRun, cleaned=("error",), plain=("job",)),
    Table(Erasure, rows=of_lead(), plain=("reference", "rows")),
    # about companies, colleagues and how we work
    Table(
        Account,
        cleaned=("name", "name_key"),
        plain=(
            *("domain", "industry", "country", "region", "postal_code"),
            *("technologies", "growth_stage", "budget", "origins"),
        ),
    ),
    Table(EnrichmentProvider, plain=("name", "url", "sealed_key")),
    Table(EnrichmentRow, plain=("domain", "facts")),
    Table(EnrichmentLookup, plain=("facts", "problem")),
    Table(FactOrder, plain=("fact", "order")),
    Table(
        FactConflict, plain=("fact", "kept", "kept_origin", "kept_by", "other", "other_origin", "other_by")
    ),
    Table(Campaign, plain=("name", "channel", "utm_campaign")),
    Table(Source, plain=("name", "allowed_types", "mapping")),
    Table(SignalType, plain=("code", "label")),
    Table(ApiKey, plain=("name", "prefix", "hashed")),
    Table(ReadKey, of_staff=("name", "prefix", "hashed")),
    Table(RefusedCalls, plain=("kind", "field")),  # names of ours, nothing that was sent
    Table(WebhookSecret, plain=("sealed",)),
    Table(WebhookSeen, plain=("message_id",)),
    Table(
        HostedForm,
        plain=(
            *("name", "intro", "fields", "questions", "heard_options", "consent_text"),
            *("button", "thanks", "sites"),
        ),
    ),
    Table(LossReason, plain=("label",)),
    Table(OpportunityStage, plain=("label",)),
    Table(RevenueCycle, plain=("label_set", "stages")),
    Table(PrunedMonth, plain=("sums",)),
    Table(OperatingModelEdit),
    Table(Team, plain=("name",)),
    Table(User, of_staff=("password", "email", "name", "time_zone")),
    Table(NoticeSettings, of_staff=("chosen",)),
    Table(
        WebhookEndpoint,
        plain=("name", "url", "kinds", "seed", "previous_seed", "paused_because"),
    ),
)
