"""Finds or makes the people of many signals at once, to what `matching` makes of each alone, in their order (IN-7).

Who is known stays locked until the transaction ends. What only one signal at a time can be asked is said to go alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet

from leads import copying, fact_origins, matching, quick_rows
from leads.domain import identity
from leads.domain.identity import EmailIdentity
from leads.domain.precedence import Told
from leads.domain.signal import CompanyIn, SignalIn
from leads.matching import Match
from leads.models import Account, Lead, Source

IDS_AT_ONCE = 1000
UNASKED = frozenset({"created_at"})  # what nobody asks of a company that is known; a time takes long to read
MOST_NAMES = 500  # held at once: each takes a place among the database's locks


class GoesAlone(Exception):
    """The signal has to be taken in alone: it asks for more than can be decided from what was read before."""


class _Named(NamedTuple):
    """How a signal names a company: by domain and by name, either of which may be blank."""

    domain: str
    name_key: str
    company: CompanyIn


class People:
    """The people of some signals, met one after another and stored together.

    Somebody else may make one of them meanwhile: storing raises IntegrityError then.
    """

    def __init__(self, signals: Sequence[SignalIn], *, source: Source) -> None:
        self._source = source
        self._emails = {one.person.email: identity.normalise_email(one.person.email) for one in signals}
        self.keys = [email.key for email in self._emails.values()]
        self._by_domain: dict[str, Account] = {}
        self._by_name: defaultdict[str, list[Account]] = defaultdict(list)
        self._accounts: dict[int, Account] = {}
        companies = [self._named_by(one) for one in signals]
        self._read_accounts(companies)
        self._held_names = self._hold_names(companies)
        self._leads: dict[str, Lead] = {}
        self._read_leads()
        self.known = list(self._leads.values())
        self._new_accounts: dict[int, Account] = {}
        self._new_leads: dict[int, Lead] = {}
        self._changed: dict[type[Account | Lead], dict[int, set[str]]] = {Account: {}, Lead: {}}
        self._account_ids, self._lead_ids = _ids(Account), _ids(Lead)
        self._settled: set[tuple[object, ...]] = set()  # what said nothing new of a company, as it was then
        self._versions: Counter[int] = Counter()
        self._tellers: dict[datetime, Told] = {}
        self._undo: list[Callable[[], object]] = []

    def meet(self, signal: SignalIn, *, now: datetime) -> Match:
        """The person of the signal, with blanks filled from it, not stored yet. Raises GoesAlone."""
        self._undo = []
        email = self._emails[signal.person.email]
        lead = self._leads.get(email.key)
        if signal.visitor_id or (lead is not None and lead.merged_into_id is not None):
            raise GoesAlone
        account = self._account(signal.company, email, now=now)
        facts = {**matching.facts_of_person(signal.person), "account": account}
        teller = self._teller(now)
        if lead is not None:
            self.write(lead, matching.news_of_person(lead, facts, teller=teller))
            return Match(lead, created=False)
        return Match(self._add_lead(matching.new_lead(email, facts, teller=teller, now=now)), created=True)

    def forget_last(self) -> None:
        """Let it be as if the last signal had not been met."""
        for undo in reversed(self._undo):
            undo()

    def store(self) -> None:
        """Store the companies and the people that were met, as they are by now."""
        copying.insert(list(self._new_accounts.values()))
        self._rewrite(Account, self._accounts)
        copying.insert(list(self._new_leads.values()))
        self._rewrite(Lead, {lead.pk: lead for lead in self.known})

    def _rewrite(self, model: type[Account | Lead], rows: dict[int, Any]) -> None:
        changed = {pk: names for pk, names in self._changed[model].items() if pk in rows}
        copying.rewrite([rows[pk] for pk in sorted(changed)], sorted(set().union(*changed.values())))

    def _teller(self, now: datetime) -> Told:
        """Whose word it is, made once for a moment: most rows of a list have the same."""
        found = self._tellers.get(now)
        if found is None:
            found = self._tellers[now] = fact_origins.teller_of(self._source, now=now)
        return found

    def _named_by(self, signal: SignalIn) -> _Named:
        company = signal.company
        domain = _domain(company, self._emails[signal.person.email])
        return _Named(domain, identity.company_name_key(company.name), company)

    def _read_accounts(self, companies: Sequence[_Named]) -> None:
        """Lock the companies first, for so does whoever takes in one signal."""
        domains, names = {one.domain for one in companies}, {one.name_key for one in companies}
        rows = Account.objects.select_for_update(no_key=True).order_by("pk")
        self._remember_all(rows.filter(domain__any_of=domains - {""}))
        self._remember_all(rows.filter(name_key__any_of=names - {""}).exclude(pk__any_of=self._accounts))

    def _hold_names(self, companies: Iterable[_Named]) -> frozenset[str]:
        """Names without a domain that mean no company yet: nobody else makes one of them, so that the batch may."""
        names = (
            one.name_key
            for one in companies
            if one.name_key and not one.domain and not self._called(one.company)
        )
        held = frozenset(islice(dict.fromkeys(names), MOST_NAMES))
        if held:
            matching.hold_names(held)
            rows = Account.objects.select_for_update(no_key=True).order_by("pk")
            self._remember_all(rows.filter(name_key__any_of=held).exclude(pk__any_of=self._accounts))
        return held

    def _remember_all(self, found: QuerySet[Account]) -> None:
        for account in quick_rows.read(found, without=UNASKED):
            self._remember(account)

    def _read_leads(self) -> None:
        leads = quick_rows.read(Lead.objects.locked().filter(email_key__any_of=self.keys).order_by("pk"))
        employers = {lead.account_id for lead in leads if lead.account_id} - self._accounts.keys()
        companies = {**_by_id(employers), **self._accounts}
        for lead in leads:
            lead.account = companies[lead.account_id] if lead.account_id else None
            self._leads[lead.email_key or ""] = lead

    def _remember(self, account: Account) -> None:
        self._accounts[account.id] = account
        if account.domain:
            self._by_domain[account.domain] = account
        self._by_name[account.name_key].append(account)

    def _account(self, company: CompanyIn, email: EmailIdentity, *, now: datetime) -> Account | None:
        domain = _domain(company, email)
        account = self._by_domain.get(domain) if domain else None
        account = account or self._named(company)
        if account is not None:
            self._fill(account, company, now=now)
            return account
        key = identity.company_name_key(company.name)
        if not domain and key and (key not in self._held_names or self._called(company)):
            raise GoesAlone
        teller = self._teller(now)
        fresh = matching.new_account(company, domain=domain, teller=teller, now=now)
        if fresh is not None:
            self._add_account(fresh)
        return fresh

    def _add_account(self, fresh: Account) -> None:
        fresh.pk = next(self._account_ids)
        self._new_accounts[fresh.pk] = fresh
        self._remember(fresh)
        forget = partial(self._by_name[fresh.name_key].remove, fresh)
        self._undo += [
            partial(self._new_accounts.pop, fresh.pk),
            partial(self._accounts.pop, fresh.pk),
            forget,
        ]
        self._undo += [partial(self._by_domain.pop, fresh.domain, None)]

    def _add_lead(self, lead: Lead) -> Lead:
        lead.id, key = next(self._lead_ids), lead.email_key or ""
        self._leads[key] = self._new_leads[lead.id] = lead
        self._undo += [partial(self._leads.pop, key), partial(self._new_leads.pop, lead.id)]
        return lead

    def _named(self, company: CompanyIn) -> Account | None:
        """The account by name and country, only when exactly one fits."""
        found = self._called(company)
        return found[0] if len(found) == 1 else None

    def _called(self, company: CompanyIn) -> list[Account]:
        key = identity.company_name_key(company.name)
        countries = (company.country, "")
        all_of_it = self._by_name[key] if key else []
        return [one for one in all_of_it if not company.country or one.country in countries]

    def _fill(self, account: Account, company: CompanyIn, *, now: datetime) -> None:
        """Learn what the signal says of the company; where it differs from another source, it goes alone."""
        said = (account.id, self._versions.get(account.id, 0), *_facts(company))
        if said in self._settled:
            return
        teller = self._teller(now)
        found = matching.news_for(account, company, teller=teller)
        if found.conflicts:
            raise GoesAlone
        if not found.changes:
            self._settled.add(said)
        else:
            self._versions[account.pk] += 1
            origins = {**(account.origins or {}), **fact_origins.written(found.changes, teller)}
            self.write(account, {**found.changes, "needs_score": True, "origins": origins})

    def write(self, row: Account | Lead, news: dict[str, Any]) -> None:
        """The row says so from now on, and is stored so."""
        for name, value in news.items():
            self._undo.append(partial(setattr, row, name, getattr(row, name)))
            setattr(row, name, value)
            self._changed[type(row)].setdefault(row.pk, set()).add(name)


def _facts(company: CompanyIn) -> list[object]:
    return [tuple(value) if type(value) is list else value for value in matching.OF_COMPANY(company)]


def _by_id(ids: set[int]) -> dict[int, Account]:
    found = quick_rows.read(Account.objects.filter(pk__any_of=ids)) if ids else []
    return {account.pk: account for account in found}


def _domain(company: CompanyIn, email: EmailIdentity) -> str:
    return identity.company_domain(company.domain or email.domain)


def _ids(model: type[Account | Lead]) -> Iterator[int]:
    while True:
        yield from copying.fresh_ids(model, IDS_AT_ONCE)
