"""Proposes accounts for outbound calls and hands over their best known person once somebody approves (LC-9, P3).

An account is proposed for its intent while sales works nobody there; once decided, it is left alone for a while.
An approval is one transaction and can be undone until the rep has decided; what its refresh changes is `refresh`'s.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import audit, lifecycle, named_accounts
from leads.domain.places import Place
from leads.domain.stages import MARKETING_STAGES, SALES_STAGES
from leads.models import Account, Lead, Role, Signal, Team, User
from leads.remembering import remembering
from routing import handoffs, recalls, vocabulary
from routing.handoffs import Package
from routing.models import Handoff, OutboundProposal, OutboundSettings, Territory
from scoring import scores

Kind, Status = OutboundProposal.Kind, OutboundProposal.Status
SURGE = "intent_surge"
SUBJECT = "outbound"
MOST_A_RUN = 200


class CannotDecide(Exception):
    """The proposal cannot be decided like that; the message says why, and what to do."""


def settings() -> OutboundSettings:
    """Which proposals are made; on where nobody said otherwise."""
    return OutboundSettings.objects.get_or_create(pk=1)[0]


def configure(changes: dict[str, object], *, by: User, now: datetime) -> None:
    """Switch a kind of proposals on or off, or change its measure; audited."""
    with transaction.atomic():
        stored = OutboundSettings.objects.select_for_update().get(pk=settings().pk)
        before = {name: getattr(stored, name) for name in changes}
        if before == changes:
            return
        OutboundSettings.objects.filter(pk=1).update(**changes)
        text = "Which outbound calls are proposed was changed"
        audit.record(
            "outbound.configured", subject=SUBJECT, text=text, by=by, at=now, before=before, after=changes
        )


def propose_surges(*, now: datetime) -> int:
    """Propose every account with a surge of intent that sales does not work; how many are new. May run twice."""
    asked = settings()
    if not asked.intent_is_on:
        return 0
    since = now - timedelta(days=asked.surge_days)
    surges = Signal.objects.filter(type=SURGE, occurred_at__gte=since, occurred_at__lte=now)
    found = surges.filter(lead__account__in=_callable(now=now, quiet_days=asked.quiet_days)).values(
        "lead__account"
    )
    counted = found.annotate(count=Count("pk"), last=Max("occurred_at")).order_by("-count", "lead__account")
    rows = list(counted[:MOST_A_RUN])
    accounts = Account.objects.select_related("owner__team").in_bulk([row["lead__account"] for row in rows])
    with remembering():
        fresh = [
            _surge(accounts[row["lead__account"]], row["count"], asked.surge_days, now=now) for row in rows
        ]
    before = OutboundProposal.objects.filter(status=Status.PROPOSED).count()
    OutboundProposal.objects.bulk_create(fresh, ignore_conflicts=True)
    return OutboundProposal.objects.filter(status=Status.PROPOSED).count() - before


def best_people(accounts: Collection[int]) -> dict[int, Lead]:
    """Account → whom to call there: known with a telephone, with marketing, never bought or told to be left alone."""
    known = Lead.objects.filter(
        account__in=accounts,
        stage__in=MARKETING_STAGES,
        acquired=Lead.Acquired.OWN,
        suppressed_at=None,
        merged_into=None,
    )
    best = (F("score__fit").desc(nulls_last=True), F("score__urgency").desc(nulls_last=True), "pk")
    rows = known.exclude(phone="").order_by("account", *best).distinct("account")
    return {lead.account_id: lead for lead in rows if lead.account_id is not None}


def visible_to(user: User) -> QuerySet[OutboundProposal]:
    """An executive's own exchanges, a manager's teams' proposals and those of nobody's team, all for the office."""
    rows = OutboundProposal.objects.select_related(
        "account__owner", "account__score", "replaces", "owner", "team", "decided_by", "handoff__assignee"
    )
    if user.role == Role.AE:
        return rows.filter(owner=user)
    if user.role == Role.MANAGER:
        return rows.filter(Q(team=None) | Q(team__in=Team.objects.led_by(user)))
    return rows


def approve(proposal: OutboundProposal, *, by: User, now: datetime) -> Handoff | None:
    """Hand the account's best known person to sales; a refresh also exchanges the two accounts.

    None where nobody is known at a refreshed account yet. Raises CannotDecide, and then nothing has changed.
    """
    with transaction.atomic():
        row = _decide(proposal, Status.APPROVED, by=by, now=now)
        if _is_worked(row.account):
            raise CannotDecide(_("Sales works %(account)s by now. Decline this.") % {"account": row.account})
        if row.replaces is not None and row.owner is not None:
            try:
                named_accounts.exchange(row.replaces, row.account, owner=row.owner, by=by, now=now)
            except named_accounts.OwnedMeanwhile as meanwhile:
                raise CannotDecide(str(meanwhile)) from meanwhile
        person = best_people([row.account_id]).get(row.account_id)
        if person is None and row.kind == Kind.INTENT:
            told = _("Nobody with a telephone is known at %(account)s yet. Find somebody first.")
            raise CannotDecide(told % {"account": row.account})
        return _hand_over(person, row, by=by, now=now) if person else None


def decline(proposal: OutboundProposal, *, by: User, now: datetime) -> None:
    """Leave the account alone for a while. Raises CannotDecide."""
    with transaction.atomic():
        _decide(proposal, Status.DECLINED, by=by, now=now)


def undo(proposal: OutboundProposal, *, by: User, now: datetime) -> None:
    """Take an approval back until the rep has decided: accounts and lead stand as before. Raises CannotDecide."""
    with transaction.atomic():
        row = _locked(proposal)
        if row.status != Status.APPROVED:
            raise CannotDecide(_("This is not approved any more."))
        try:
            if row.handoff is not None:
                recalls.recall(row.handoff, by=by, now=now, held_from=row.held_from)
            if row.replaces is not None and row.owner is not None:
                named_accounts.take_back(row.replaces, row.account, owner=row.owner, by=by, now=now)
        except (handoffs.AlreadyDecided, named_accounts.OwnedMeanwhile) as meanwhile:
            raise CannotDecide(_("It is too late to undo this: %(why)s") % {"why": meanwhile}) from meanwhile
        _write(row, Status.UNDONE, by=by, now=now)


def territory_of(account: Account) -> Territory | None:
    """The territory that the account lies in."""
    return vocabulary.territory_at(Place(account.country, account.region, account.postal_code))


def not_worked() -> QuerySet[Account]:
    """Accounts of which sales has nobody in hand, that nobody disputes, and that nothing is proposed for."""
    worked = Lead.objects.filter(account=OuterRef("pk"), stage__in=SALES_STAGES)
    waiting = OutboundProposal.objects.filter(account=OuterRef("pk"), status=Status.PROPOSED)
    return Account.objects.filter(~Exists(worked), ~Exists(waiting), in_dispute=False)


def _callable(*, now: datetime, quiet_days: int) -> QuerySet[Account]:
    lately = OutboundProposal.objects.filter(
        account=OuterRef("pk"), decided_at__gt=now - timedelta(days=quiet_days)
    )
    return not_worked().filter(~Exists(lately))


def _surge(account: Account, signals: int, days: int, *, now: datetime) -> OutboundProposal:
    territory = territory_of(account)
    owner = account.owner
    why = ngettext(
        "%(n)s surge of intent in %(days)s days", "%(n)s surges of intent in %(days)s days", signals
    ) % {"n": signals, "days": days}
    team = owner.team if owner else territory.team if territory else None
    return OutboundProposal(
        kind=Kind.INTENT, account=account, owner=owner, team=team, why=why, proposed_at=now
    )


def _is_worked(account: Account) -> bool:
    return Lead.objects.filter(account=account, stage__in=SALES_STAGES).exists()


def _hand_over(lead: Lead, row: OutboundProposal, *, by: User, now: datetime) -> Handoff:
    locked = Lead.objects.locked().select_related("account").get(pk=lead.pk)
    held_from, standing = locked.held_from, scores.apply(locked, now=now)
    cause = f"{row.get_kind_display().lower()} of {row.account}, approved"
    lifecycle.qualify(locked, by=by, now=now, cause=cause, hand_raise=False)
    package = Package(
        fit=standing.now.fit,
        engagement=standing.now.engagement,
        urgency=standing.now.urgency,
        tier=standing.now.tier,
        priority=row.kind,
        source=f"Outbound: {row.why}"[:200],
        trigger=SURGE if row.kind == Kind.INTENT else "named_account_refresh",
        scorecard_version=standing.model.version,
        captured_at=now,
    )
    handoff = handoffs.hand_over(locked, package, now=now).handoff
    OutboundProposal.objects.filter(pk=row.pk).update(handoff=handoff, held_from=held_from)
    return handoff


def _locked(proposal: OutboundProposal) -> OutboundProposal:
    rows = OutboundProposal.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("account", "replaces", "owner", "handoff").get(pk=proposal.pk)


def _decide(
    proposal: OutboundProposal, status: OutboundProposal.Status, *, by: User, now: datetime
) -> OutboundProposal:
    """One decision wins; the others are told whose it was."""
    row = _locked(proposal)
    if row.status != Status.PROPOSED:
        told = _("%(who)s decided this already.") % {"who": row.decided_by or _("Somebody")}
        raise CannotDecide(told)
    _write(row, status, by=by, now=now)
    return row


def _write(row: OutboundProposal, status: OutboundProposal.Status, *, by: User, now: datetime) -> None:
    OutboundProposal.objects.filter(pk=row.pk).update(status=status, decided_at=now, decided_by=by)
    audit.record(
        f"outbound.{status.lower()}",
        subject=f"account:{row.account_id}",
        text=f"Outbound call to {row.account} ({row.kind}): {status.label.lower()}",
        by=by,
        at=now,
        after={"proposal": row.pk, "why": row.why},
    )
