"""Makes many people at once whom nobody knew, with their companies, to what `matching` makes of each alone (IN-7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from leads import fact_origins, matching
from leads.domain import identity
from leads.domain.identity import EmailIdentity
from leads.domain.signal import CompanyIn, SignalIn
from leads.models import Account, Lead, Source


class NotANewcomer(Exception):
    """The signal has to be matched alone: its person may be known, or its company is named by nothing but words."""


class Newcomers:
    """The people of some signals who are new, met one after another and stored together.

    Reads once who is known. Somebody else may make one of them meanwhile: storing raises IntegrityError then.
    """

    def __init__(self, signals: Sequence[SignalIn], *, source: Source) -> None:
        self._source = source
        self._emails = {one.person.email: identity.normalise_email(one.person.email) for one in signals}
        self.keys = [email.key for email in self._emails.values()]
        self._known = set(Lead.objects.filter(email_key__in=self.keys).values_list("email_key", flat=True))
        self._accounts: dict[int, Account] = {}
        self._by_domain: dict[str, Account] = {}
        self._by_name: defaultdict[str, list[Account]] = defaultdict(list)
        self._fresh: list[Account] = []
        self._changed: dict[int, set[str]] = {}
        self._read_accounts(signals)

    def meet(self, signal: SignalIn, *, now: datetime) -> Lead:
        """The person of the signal, not stored yet; raises NotANewcomer."""
        email = self._emails[signal.person.email]
        if email.key in self._known or signal.visitor_id:
            raise NotANewcomer
        account = self._account(signal.company, email, now=now)
        self._known.add(email.key)
        facts = {**matching.facts_of_person(signal.person), "account": account}
        return matching.new_lead(email, facts, now=now)

    def store(self, leads: Sequence[Lead]) -> None:
        """Store the companies that were met, and these of the people, each at the stage at which it stands."""
        Account.objects.bulk_create(self._fresh)
        for account_id, names in self._changed.items():
            self._accounts[account_id].save(update_fields=sorted(names))
        Lead.objects.bulk_create(leads)

    def _read_accounts(self, signals: Iterable[SignalIn]) -> None:
        domains, names = set(), set()
        for signal in signals:
            domains.add(self._domain(signal.company, self._emails[signal.person.email]))
            names.add(identity.company_name_key(signal.company.name))
        for account in Account.objects.filter(domain__in=domains - {""}):
            self._remember(account)
        for account in Account.objects.filter(name_key__in=names - {""}).exclude(pk__in=self._accounts):
            self._remember(account)

    def _remember(self, account: Account) -> None:
        if account.pk is not None:
            self._accounts[account.pk] = account
        if account.domain:
            self._by_domain[account.domain] = account
        self._by_name[account.name_key].append(account)

    def _account(self, company: CompanyIn, email: EmailIdentity, *, now: datetime) -> Account | None:
        domain = self._domain(company, email)
        account = self._by_domain.get(domain) if domain else None
        account = account or self._named(company)
        if account is not None:
            self._fill(account, company, now=now)
            return account
        if not domain and identity.company_name_key(company.name):
            raise NotANewcomer
        teller = fact_origins.teller_of(self._source, now=now)
        fresh = matching.new_account(company, domain=domain, teller=teller, now=now)
        if fresh is not None:
            self._fresh.append(fresh)
            self._remember(fresh)
        return fresh

    def _named(self, company: CompanyIn) -> Account | None:
        """The account by name and country, only when exactly one fits."""
        key = identity.company_name_key(company.name)
        countries = (company.country, "")
        found = [one for one in self._by_name[key] if not company.country or one.country in countries]
        return found[0] if key and len(found) == 1 else None

    def _fill(self, account: Account, company: CompanyIn, *, now: datetime) -> None:
        teller = fact_origins.teller_of(self._source, now=now)
        found = matching.news_for(account, company, teller=teller)
        if found.conflicts:
            raise NotANewcomer
        if found.changes:
            origins = {**(account.origins or {}), **fact_origins.written(found.changes, teller)}
            news = {**found.changes, "needs_score": True, "origins": origins}
            for name, value in news.items():
                setattr(account, name, value)
            if account.pk is not None:
                self._changed.setdefault(account.pk, set()).update(news)

    @staticmethod
    def _domain(company: CompanyIn, email: EmailIdentity) -> str:
        return identity.company_domain(company.domain or email.domain)
