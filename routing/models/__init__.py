"""The rows of `routing`: reps, rules, hand-offs, service levels and their clocks."""

from routing.models.handoff import Attempt, Handoff, RejectionReason
from routing.models.rep import Absence, BusinessCalendar, Pool, PoolMember, Rep, Territory
from routing.models.rule import RoutingRule, RuleSet
from routing.models.service_level import Breach, Clock, ClockKind, ServiceLevel
from routing.models.turn import Turn

__all__ = [
    "Absence",
    "Attempt",
    "Breach",
    "BusinessCalendar",
    "Clock",
    "ClockKind",
    "Handoff",
    "Pool",
    "PoolMember",
    "RejectionReason",
    "Rep",
    "RoutingRule",
    "RuleSet",
    "ServiceLevel",
    "Territory",
    "Turn",
]
