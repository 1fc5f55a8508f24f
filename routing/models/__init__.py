"""The rows of `routing`: reps, rules, hand-offs, service levels and their clocks."""

from routing.models.cadence import (
    Cadence,
    CadenceStep,
    Enrolment,
    FollowUp,
    MailTemplate,
    WornPhrase,
)
from routing.models.clock import Breach, Clock, ClockChange, ClockPause, ClockStep
from routing.models.doubt import Doubt
from routing.models.handoff import Handoff, RejectionReason
from routing.models.nurture import NurturePlacement, NurtureTouch, NurtureTrack
from routing.models.outbound import OutboundProposal, OutboundSettings
from routing.models.rep import Absence, BusinessCalendar, PoolMember, Rep
from routing.models.rule import RoutingRule, RuleSet
from routing.models.service_level import ClockKind, LadderStep, ServiceLevel
from routing.models.territory import Pool, Territory
from routing.models.turn import Turn
from routing.models.work import Attempt, Reassignment

__all__ = [
    "Absence",
    "Attempt",
    "Breach",
    "BusinessCalendar",
    "Cadence",
    "CadenceStep",
    "Clock",
    "ClockChange",
    "ClockKind",
    "ClockPause",
    "ClockStep",
    "Doubt",
    "Enrolment",
    "FollowUp",
    "Handoff",
    "LadderStep",
    "MailTemplate",
    "NurturePlacement",
    "NurtureTouch",
    "NurtureTrack",
    "OutboundProposal",
    "OutboundSettings",
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
    "WornPhrase",
]
