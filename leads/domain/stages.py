"""The stages of a lead and the one table of moves between them; any other move is refused by name (LC-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """Where a lead stands."""

    SUBSCRIBER = "SUBSCRIBER"
    LEAD = "LEAD"
    MQL = "MQL"
    SAL = "SAL"
    SQL = "SQL"
    OPPORTUNITY = "OPPORTUNITY"
    CUSTOMER = "CUSTOMER"
    LOST = "LOST"
    RECYCLED = "RECYCLED"
    DISQUALIFIED = "DISQUALIFIED"

    @property
    def label(self) -> str:
        """The classic label of the stage."""
        return PROFILES[self].label

    @property
    def kind(self) -> "StageKind":
        return PROFILES[self].kind


class StageKind(StrEnum):
    """How long a lead may stay in a stage (LC-15)."""

    INVENTORY = "inventory"  # as long as it likes
    GATE = "gate"  # a yes or a no, without time
    TIMED = "timed"  # a maximum stay, then an action


@dataclass(frozen=True)
class StageProfile:
    """What a stage means to those who work with it: the words of the definitions page."""

    label: str
    demand_label: str
    meaning: str
    owner: str
    kind: StageKind
    longest_rest: timedelta | None = None
    """How long a lead may go without any movement before it counts as languishing (RT-10)."""
    benchmark: str = ""
    """What others reach at this stage, or what we want to, in words."""


class MoveNotAllowed(Exception):
    """The table of moves has no such move; the message names both stages."""

    def __init__(self, from_: Stage, to: Stage, because: str = "") -> None:
        self.from_ = from_
        self.to = to
        reason = f": {because}" if because else ""
        super().__init__(f"A lead cannot move from {from_.label} to {to.label}{reason}.")


PROFILES: Mapping[Stage, StageProfile] = MappingProxyType(
    {
        Stage.SUBSCRIBER: StageProfile(
            "Subscriber",
            "Database",
            "an e-mail was captured; nothing validated",
            "marketing",
            StageKind.INVENTORY,
        ),
        Stage.LEAD: StageProfile(
            "Lead",
            "Response",
            "e-mail confirmed or enriched, or a programme success; basic company data valid",
            "marketing",
            StageKind.INVENTORY,
        ),
        Stage.MQL: StageProfile(
            "MQL",
            "AQL",
            "passed the qualification gate; handed to sales, awaiting a decision",
            "marketing → sales",
            StageKind.TIMED,
            longest_rest=timedelta(days=4),
        ),
        Stage.SAL: StageProfile(
            "SAL",
            "MAL",
            "sales accepted the hand-off",
            "SDR",
            StageKind.TIMED,
            longest_rest=timedelta(days=14),
        ),
        Stage.SQL: StageProfile(
            "SQL",
            "MQO",
            "the meeting is booked: discovery scheduled or done, opportunity drafted",
            "SDR → AE",
            StageKind.TIMED,
            longest_rest=timedelta(days=14),
        ),
        Stage.OPPORTUNITY: StageProfile(
            "Opportunity",
            "SQO",
            "the AE accepted the meeting hand-off and put an amount on it",
            "AE",
            StageKind.INVENTORY,
            longest_rest=timedelta(days=60),
        ),
        Stage.CUSTOMER: StageProfile(
            "Customer",
            "Closed won",
            "an opportunity was won",
            "CS",
            StageKind.INVENTORY,
        ),
        Stage.LOST: StageProfile(
            "Closed lost",
            "Closed lost",
            "every opportunity of the lead is lost; a loss reason is recorded",
            "AE",
            StageKind.INVENTORY,
        ),
        Stage.RECYCLED: StageProfile(
            "Nurture hold",
            "Recycled",
            "not now: rejected or unresponsive, with a reason and a release date",
            "marketing",
            StageKind.TIMED,
        ),
        Stage.DISQUALIFIED: StageProfile(
            "Disqualified",
            "Disqualified",
            "not a buyer; never comes back",
            "nobody",
            StageKind.GATE,
        ),
    },
)

FORWARD = (
    Stage.SUBSCRIBER,
    Stage.LEAD,
    Stage.MQL,
    Stage.SAL,
    Stage.SQL,
    Stage.OPPORTUNITY,
    Stage.CUSTOMER,
)
"""The way to a sale, in order."""

MARKETING_STAGES = frozenset({Stage.SUBSCRIBER, Stage.LEAD})
SALES_STAGES = frozenset({Stage.MQL, Stage.SAL, Stage.SQL, Stage.OPPORTUNITY})
OPEN_STAGES = MARKETING_STAGES | SALES_STAGES
"""Stages in which somebody still works on a first sale."""

ALLOWED_MOVES: Mapping[Stage, frozenset[Stage]] = MappingProxyType(
    {
        Stage.SUBSCRIBER: frozenset({Stage.LEAD, Stage.DISQUALIFIED}),
        Stage.LEAD: frozenset({Stage.MQL, Stage.RECYCLED, Stage.DISQUALIFIED}),
        Stage.MQL: frozenset({Stage.SAL, Stage.RECYCLED, Stage.DISQUALIFIED}),
        Stage.SAL: frozenset({Stage.SQL, Stage.RECYCLED, Stage.DISQUALIFIED}),
        Stage.SQL: frozenset({Stage.OPPORTUNITY, Stage.RECYCLED, Stage.DISQUALIFIED}),
        Stage.OPPORTUNITY: frozenset({Stage.CUSTOMER, Stage.LOST, Stage.DISQUALIFIED}),
        Stage.CUSTOMER: frozenset(),
        Stage.LOST: frozenset({Stage.RECYCLED, Stage.DISQUALIFIED}),
        Stage.RECYCLED: frozenset({Stage.LEAD, Stage.DISQUALIFIED}),
        Stage.DISQUALIFIED: frozenset(),
    },
)
HAND_RAISE_MOVES = frozenset({(stage, Stage.MQL) for stage in (Stage.SUBSCRIBER, Stage.RECYCLED, Stage.LOST)})
"""What a hand-raise opens beside the table (LC-7)."""


def check_move(from_: Stage, to: Stage, *, hand_raise: bool = False) -> None:
    """Do nothing for a move that is allowed; raise MoveNotAllowed, naming both stages, for any other."""
    if to in ALLOWED_MOVES[from_]:
        return
    if (from_, to) in HAND_RAISE_MOVES:
        if hand_raise:
            return
        raise MoveNotAllowed(from_, to, "only a request of the person's own opens that way")
    raise MoveNotAllowed(from_, to, _why_not(from_, to))


def check_reinstatement(from_: Stage) -> Stage:
    """The stage to which an ops admin may reinstate a lead; only a disqualified lead can be (LC-8)."""
    if from_ is not Stage.DISQUALIFIED:
        raise MoveNotAllowed(from_, Stage.LEAD, "only a disqualified lead is reinstated")
    return Stage.LEAD


def path(from_: Stage, to: Stage) -> tuple[Stage, ...]:
    """The stages on the way forward to `to`, itself included: what a directly entered opportunity skipped.

    Recycled and lost leads come back in at MQL. Empty when the lead is there already; raises MoveNotAllowed
    for a way that does not lead forward.
    """
    if from_ is to:
        return ()
    back_in = from_ in (Stage.RECYCLED, Stage.LOST)
    before = Stage.LEAD if back_in else from_
    if before not in FORWARD or to not in FORWARD or FORWARD.index(to) <= FORWARD.index(before):
        raise MoveNotAllowed(from_, to, _why_not(from_, to))
    return FORWARD[FORWARD.index(before) + 1 : FORWARD.index(to) + 1]


def _why_not(from_: Stage, to: Stage) -> str:
    if from_ is to:
        return "it is there already"
    if from_ is Stage.DISQUALIFIED:
        return "it was disqualified and only an ops admin can reinstate it"
    if from_ is Stage.CUSTOMER:
        return "a customer stays a customer"
    if from_ in FORWARD and to in FORWARD and FORWARD.index(to) > FORWARD.index(from_):
        skipped = ", ".join(stage.label for stage in path(from_, to)[:-1])
        return f"it would skip {skipped}"
    return ""
