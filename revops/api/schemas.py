"""The shapes of what the API answers, as the OpenAPI document and the tests know them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field


class Wrong(Schema):
    """What is wrong with one field, by its path; "" is the whole body."""

    field: str
    message: str


class Problem(Schema):
    """What went wrong (RFC 9457); `type` names its kind and leads to what can be done, `detail` is about this one."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[Wrong] = []


class AnsweredLead(Schema):
    """The lead of a signal."""

    id: int
    created: bool = Field(description="Whether the person came to be known by this signal.")
    stage: str
    tier: str = Field(description='The tier\'s code; "" before there is one.')
    priority: str = Field(
        description='How urgent the hand-off is, such as P1; "" where nobody is to be called.'
    )
    suppressed: bool = Field(description="Whether the lead is disqualified, so that nothing is handed over.")
    url: str = Field(description="The page of the lead, for people.")


class Change(Schema):
    """A score before and after the signal."""

    before: int | None
    after: int


class Scores(Schema):
    """What the signal did to the scores."""

    fit: Change
    engagement: Change
    urgency: Change


class Gate(Schema):
    """Whether the lead qualified, or what failed, in sentences."""

    qualified: bool
    failed: list[str] = Field(description="Each sentence is something that kept the lead from qualifying.")


class AnsweredHandoff(Schema):
    """To whom, why, and by when."""

    id: int
    assignee: str | None = Field(
        description="The receiver's e-mail address; null where it waits for anybody."
    )
    because: str
    due: dict[str, datetime] = Field(description="By when what is due, such as first_response.")


class SignalAnswer(Schema):
    """What happened to a signal; without a lead where nobody knows yet whose it is."""

    signal_id: str
    lead: AnsweredLead | None
    scores: Scores | None
    gate: Gate
    handoff: AnsweredHandoff | None


class KeptAnswer(Schema):
    """The signal is kept with its error, and tried again."""

    signal_id: str
    status: str


class ItemAnswer(Schema):
    """What became of one signal of a batch: 200, 201 or 202 with a body, anything else with a problem."""

    status: int
    body: SignalAnswer | KeptAnswer | None = None
    problem: Problem | None = None


class BatchAnswer(Schema):
    """One answer for each signal, in the order in which they were sent."""

    results: list[ItemAnswer]


class CompanyOut(Schema):
    """The company of a lead."""

    id: int
    name: str
    domain: str


class LeadOut(Schema):
    """A person, as they stand today; without scores before the first signal was weighed."""

    id: int
    email: str
    first_name: str
    last_name: str
    title: str
    country: str
    company: CompanyOut | None
    stage: str
    tier: str
    fit: int | None
    engagement: int | None
    urgency: int | None
    owner: str | None
    team: str | None
    merged_into: int | None
    created_at: datetime
    url: str


class LeadPage(Schema):
    """Leads in the order of their ids; ask for those after `next`, until it is null."""

    leads: list[LeadOut]
    next: int | None


class HandoffOut(Schema):
    """A hand-off: whose lead, to whom and why, and what was decided."""

    id: int
    lead: int
    kind: str
    status: str
    tier: str
    priority: str
    source: str
    assignee: str | None
    team: str | None
    because: str
    qualified_at: datetime
    assigned_at: datetime | None
    first_contact_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


class HandoffPage(Schema):
    """Hand-offs in the order of their ids; ask for those after `next`, until it is null."""

    handoffs: list[HandoffOut]
    next: int | None


Seconds = Annotated[float | None, Field(description="Seconds; null where nothing was measured.")]


class Kept(Schema):
    """How promises were kept; `rate` is null where fewer than ten are decided."""

    met: int
    breached: int
    running: int
    at_risk: int
    overdue: int
    rate: float | None
    median_seconds: Seconds
    ninetieth_seconds: Seconds


class KeptWeek(Kept):
    """A week, by its Monday."""

    week: date


class KeptGroup(Kept):
    """A tier, team, rep or source; `key` is the value of its filter."""

    key: str
    label: str


class ServiceLevels(Schema):
    """One kind of clock in a period: as a whole, by week, and divided."""

    kind: str
    since: date
    until: date
    zone: str
    total: Kept
    weeks: list[KeptWeek]
    groups: dict[Literal["tier", "team", "rep", "source"], list[KeptGroup]]
