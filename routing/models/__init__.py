"""The rows of `routing`: reps, rules, hand-offs, service levels and their clocks."""

from routing.models.clock import Breach, Clock, ClockChange, ClockPause, ClockStep
from routing.models.handoff import Handoff, RejectionReason
from routing.models.rep import Absence, BusinessCalendar, Pool, PoolMember, Rep, Territory
from routing.models.rule import RoutingRule, RuleSet
from routing.models.service_level import ClockKind, LadderStep, ServiceLevel
from routing.models.turn import Turn
from routing.models.work import Attempt, Reassignment

__all__ = [
    "Absence",
    "Attempt",
    "Breach",
    "BusinessCalendar",
    "Clock",
    "ClockChange",
    "ClockKind",
    "ClockPause",
    "ClockStep",
    "Handoff",
    "LadderStep",
    "Pool",
    "PoolMember",
    "Reassignment",
    "RejectionReason",
    "Rep",
    "RoutingRule",
    "RuleSet",
    "ServiceLevel",
    "Territory",
    "Turn",
]
