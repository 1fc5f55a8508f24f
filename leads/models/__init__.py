"""The rows of `leads`: the organisation, companies, people, their signals and their history."""

from leads.models import lookups as lookups
from leads.models.account import Account, Campaign
from leads.models.audit import AuditEntry
from leads.models.background import BackgroundRun
from leads.models.company_question import CompanyQuestion, CompanyWait
from leads.models.duplicate import DuplicateProposal, IdentityKey, IdentityLook
from leads.models.edition import OperatingModelEdit
from leads.models.enrichment import (
    EnrichmentLookup,
    EnrichmentProvider,
    EnrichmentRow,
    FactConflict,
    FactOrder,
)
from leads.models.file_import import FileImport, FilePart, ImportedLead, RefusedRow
from leads.models.hosted_form import FormSubmission, HostedForm
from leads.models.job import JobRun
from leads.models.lead import Lead, Visitor
from leads.models.merge import Merge
from leads.models.opportunity import LossReason, Opportunity, OpportunityStage, OpportunityState
from leads.models.organisation import Role, Team, User
from leads.models.outbox import NoticeSettings, Notification, OutboxMessage
from leads.models.privacy import ConsentRecord, Erasure, PrunedMonth, Suppression
from leads.models.refused_calls import RefusedCalls
from leads.models.revenue_cycle import RevenueCycle
from leads.models.sign_in import CacheEntry, GuessTally, ProviderIdentity
from leads.models.signal import FailedSignal, Signal, SignalReceipt, SignalType
from leads.models.source import ApiKey, ReadKey, Source, WebhookSecret, WebhookSeen
from leads.models.timeline import StageVisit, TimelineEvent
from leads.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Account",
    "ApiKey",
    "AuditEntry",
    "BackgroundRun",
    "CacheEntry",
    "Campaign",
    "CompanyQuestion",
    "CompanyWait",
    "ConsentRecord",
    "DuplicateProposal",
    "EnrichmentLookup",
    "EnrichmentProvider",
    "EnrichmentRow",
    "Erasure",
    "FactConflict",
    "FactOrder",
    "FailedSignal",
    "FileImport",
    "FilePart",
    "FormSubmission",
    "GuessTally",
    "HostedForm",
    "IdentityKey",
    "IdentityLook",
    "ImportedLead",
    "JobRun",
    "Lead",
    "LossReason",
    "Merge",
    "NoticeSettings",
    "Notification",
    "OperatingModelEdit",
    "Opportunity",
    "OpportunityStage",
    "OpportunityState",
    "OutboxMessage",
    "ProviderIdentity",
    "PrunedMonth",
    "ReadKey",
    "RefusedCalls",
    "RefusedRow",
    "RevenueCycle",
    "Role",
    "Signal",
    "SignalReceipt",
    "SignalType",
    "Source",
    "StageVisit",
    "Suppression",
    "Team",
    "TimelineEvent",
    "User",
    "Visitor",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookSecret",
    "WebhookSeen",
]
