"""What programs may read: leads, hand-offs, and how promises were kept; each key sees what its person sees (PF-8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from pydantic import AfterValidator, AwareDatetime

from leads.domain.near_names import nearest
from leads.domain.payload import FieldError
from leads.domain.stages import Stage
from leads.models import Lead, ReadKey
from reports import compliance
from reports.record_filters import ComplianceFilter
from reports.snapshot import one_moment
from revops.api import descriptions as api_descriptions
from revops.api import records as api_records
from revops.api.doors import Reader, reader_of
from revops.api.problems import UnreadableParameters
from revops.api.schemas import HandoffPage, LeadOut, LeadPage, ServiceLevels
from routing.models import Handoff

LARGEST_ID = 2**63 - 1
OF_A_LEAD = ("account", "owner", "team", "score__scorecard")
router = Router(tags=["Reading"])


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("This contains a NUL character")
    return text


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)  # the database knows no offset of sixteen hours
    except OverflowError:
        raise ValueError("This moment lies outside of the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Words = Annotated[str, Field(max_length=254), AfterValidator(_storable)]
Id = Annotated[int, Field(ge=0, le=LARGEST_ID)]
SINCE = "A moment with its time zone, such as 2026-11-20T00:00:00Z."
Statuses = Literal["OPEN", "ACCEPTED", "REJECTED", "LAPSED", "RECALLED"]


class _Page(Schema):
    after: Id = Field(0, description="Only what has a higher id: `next` of the page before.")
    limit: int = Field(50, ge=1, le=100)


class LeadFilter(_Page):
    """Which leads."""

    email: Words = Field("", description="The address, however it is written.")
    stage: Stage | None = Field(None, description=f"One of {', '.join(Stage)}.")
    tier: Words = Field("", description="A tier's code, such as T1.")
    owner: Words = Field("", description="The owner's e-mail address.")
    created_since: Moment | None = Field(None, description=SINCE)


class HandoffFilter(_Page):
    """Which hand-offs."""

    status: Statuses | None = Field(None, description=f"One of {', '.join(get_args(Statuses))}.")
    assignee: Words = Field("", description="The assignee's e-mail address.")
    lead: Id | None = Field(None, description="The number of a lead.")
    qualified_since: Moment | None = Field(None, description=SINCE)


@router.get(
    "/leads",
    operation_id="list_leads",
    auth=Reader(ReadKey.Scope.LEADS),
    response=LeadPage,
    summary="Read leads, a page at a time",
    openapi_extra=api_descriptions.READING,
)
def list_leads(request: HttpRequest, asked: Query[LeadFilter]) -> LeadPage:
    """Leads by id, of those that the key's person may see."""
    _only_known(request, LeadFilter)
    found = Lead.objects.visible_to(reader_of(request)).filter(pk__gt=asked.after)
    narrowed = api_records.narrowed_leads(found, **asked.dict(exclude={"after", "limit"}))
    rows = list(narrowed.select_related(*OF_A_LEAD).order_by("pk")[: asked.limit + 1])
    shown = rows[: asked.limit]
    return LeadPage(leads=api_records.leads(shown, now=timezone.now()), next=_next(rows, asked.limit))


@router.get(
    "/leads/{lead_id}",
    operation_id="get_lead",
    auth=Reader(ReadKey.Scope.LEADS),
    response=LeadOut,
    summary="Read one lead",
    openapi_extra=api_descriptions.READING_ONE,
)
def get_lead(request: HttpRequest, lead_id: Id) -> LeadOut:
    """One lead; 404 also for one that the key's person may not see."""
    visible = Lead.objects.visible_to(reader_of(request)).select_related(*OF_A_LEAD)
    lead = visible.filter(pk=lead_id).first()
    if lead is None:
        raise Http404
    return api_records.leads([lead], now=timezone.now())[0]


@router.get(
    "/handoffs",
    operation_id="list_handoffs",
    auth=Reader(ReadKey.Scope.HANDOFFS),
    response=HandoffPage,
    summary="Read hand-offs, a page at a time",
    openapi_extra=api_descriptions.READING,
)
def list_handoffs(request: HttpRequest, asked: Query[HandoffFilter]) -> HandoffPage:
    """Hand-offs by id, of those that the key's person may see."""
    _only_known(request, HandoffFilter)
    found = Handoff.objects.visible_to(reader_of(request)).filter(pk__gt=asked.after)
    narrowed = api_records.narrowed_handoffs(found, **asked.dict(exclude={"after", "limit"}))
    related = ("assignee", "team", "decided_by", "reason")
    rows = list(narrowed.select_related(*related).order_by("pk")[: asked.limit + 1])
    return HandoffPage(handoffs=api_records.handoffs(rows[: asked.limit]), next=_next(rows, asked.limit))


@router.get(
    "/reports/service-levels",
    operation_id="service_levels",
    auth=Reader(ReadKey.Scope.REPORTS),
    response=ServiceLevels,
    summary="Read how promises were kept",
    openapi_extra=api_descriptions.READING_REPORT,
)
def service_levels(request: HttpRequest) -> ServiceLevels:
    """The figures of the page “Promises kept”, by its filters, of what the key's person may see."""
    now, person = timezone.now(), reader_of(request)
    form = ComplianceFilter(request.GET, user=person, now=now)
    unknown = sorted(set(request.GET) - set(form.fields))
    errors = [_no_such(name, form.fields) for name in unknown]
    errors += [FieldError(name, " ".join(map(str, said))) for name, said in form.errors.items()]
    if errors:
        raise UnreadableParameters(tuple(errors))
    with one_moment():
        found = compliance.divide(form.selection, user=person, now=now)
    return api_records.service_levels(form.selection, found)


def _only_known(request: HttpRequest, filters: type[Schema]) -> None:
    """Refuse a parameter that nobody would heed."""
    unknown = sorted(set(request.GET) - set(filters.model_fields))
    if unknown:
        raise UnreadableParameters(tuple(_no_such(name, filters.model_fields) for name in unknown))


def _no_such(name: str, known: Iterable[str]) -> FieldError:
    return FieldError(name, f"There is no such parameter.{nearest(name, known)}")


def _next(rows: list[Lead] | list[Handoff], limit: int) -> int | None:
    return rows[limit - 1].pk if len(rows) > limit else None
