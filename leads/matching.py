"""Finds the person and the company that a signal belongs to, or makes them: one matcher for every door (IN-15)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from leads import (
    company_questions,
    fact_origins,
    lifecycle,
    person_origins,
    prepared,
    quick_rows,
    suppressions,
)
from leads.actors import Job
from leads.domain import identity, whose_word
from leads.domain.identity import EmailIdentity
from leads.domain.precedence import Settled, Told, is_blank
from leads.domain.signal import CompanyIn, PersonIn, SignalIn
from leads.models import Account, Lead, Signal, Source, Visitor
from leads.prepared import Given, Query

INTAKE = Job("intake")
COMPANY_FACTS = (
    "industry",
    "employees",
    "country",
    "region",
    "postal_code",
    "growth_stage",
    "annual_revenue",
    "technologies",
    "budget",
)
ADVISORY_LOCK = 0x4E61_6D65  # any number of our own
PERSON_FACTS = ("first_name", "last_name", "title", "country", "region", "postal_code")
OF_PERSON, OF_COMPANY = attrgetter(*PERSON_FACTS), attrgetter(*COMPANY_FACTS)
SEVERAL = 2


class Match(NamedTuple):
    """The lead that a signal belongs to, locked until the transaction ends, and whether it is new.

    Of one that is new, since when its address is on the list of those who are not to be contacted, if it is.
    """

    lead: Lead
    created: bool
    refused_since: datetime | None = None


class Sought(NamedTuple):
    """What was asked about a signal's person and company, ahead of being waited for.

    The account is that of the company's domain. A newcomer is one row, which says since when their address is on the
    list of those who are not to be contacted; somebody who is known is none.
    """

    email: EmailIdentity
    domain: str
    account: Callable[[], list[Account]]
    newcomer: Callable[[], list[tuple[datetime | None]]]


BY_DOMAIN = Query(
    lambda: Account.objects.exclude(domain="").filter(domain=Given("domain"))
)  # as its index does
CALLED = Query(lambda: Account.objects.called(Given("key"), country="")[:SEVERAL])
CALLED_IN = Query(lambda: Account.objects.called(Given("key"), country=Given("country"))[:SEVERAL])
BY_EMAIL = Query(lambda: _locked().filter(email_key=Given("key")))
NEWCOMER = f"""
    SELECT ({suppressions.REFUSED_SINCE})
    WHERE NOT EXISTS (SELECT FROM leads_lead WHERE email_key = %(key)s)
"""  # noqa: S608 - statements of ours


class SeveralAccounts(Exception):
    """The company's name fits several accounts and nothing else tells which: that is asked, not guessed."""

    def __init__(self, company: CompanyIn) -> None:
        self.company = company
        super().__init__(f"{company.name} fits several accounts.")


def seek(signal: SignalIn) -> Sought | None:
    """Ask who `signal` is from and of what company; None where it gives no address."""
    if not signal.person.email:
        return None
    email = identity.normalise_email(signal.person.email)
    domain = identity.company_domain(signal.company.domain or email.domain)
    account = BY_DOMAIN.ahead(domain=domain) if domain else list
    asked = {"key": email.key, **suppressions.asked_by(email.key)}
    return Sought(email, domain, account, prepared.rows_ahead(NEWCOMER, asked))


def find_or_create(signal: SignalIn, sought: Sought | None, *, source: Source, now: datetime) -> Match | None:
    """The lead of `signal`, with blanks filled from it; None for a visitor whom nobody has identified yet.

    What it says of the company counts as the word of `source`.
    """
    if sought is None:
        return _known_visitor(signal.visitor_id)
    teller = fact_origins.teller_of(source, now=now)
    try:
        account, question = _match_account(signal.company, sought, teller=teller, now=now), None
    except SeveralAccounts as several:
        account, question = None, several.company
    facts = {**facts_of_person(signal.person), "account": account}
    match = _by_email(sought, facts, teller=teller, now=now)
    if question is not None and match.lead.account_id is None:
        company_questions.ask(question, told=facts_of_company(question), lead=match.lead, now=now)
    if signal.visitor_id:
        _identify_visitor(signal.visitor_id, match.lead)
    return match


def _match_account(company: CompanyIn, sought: Sought, *, teller: Told, now: datetime) -> Account | None:
    """The company by registrable domain, then by name and country (IN-7); made when it is new and has a name.

    Free-mail and disposable domains say nothing about a company. Raises SeveralAccounts for a name without a domain
    that fits several, unless operations has said which one it means; a domain of its own makes it one of its own.
    """
    domain = sought.domain
    account = next(iter(sought.account()), None)
    if account is None:
        account = _by_name(company) if domain else _by_name_in_turn(company)
    if account is None:
        return _new_account(company, domain=domain, teller=teller, now=now)
    _fill_account(account, company, teller=teller, now=now)
    return account


def _known_visitor(visitor_id: str) -> Match | None:
    visitor = Visitor.objects.filter(visitor_id=visitor_id).first()
    if visitor is None or visitor.is_shared:
        return None
    return Match(_whoever_answers(_locked().get(pk=visitor.lead_id)), created=False)


def _locked() -> QuerySet[Lead]:
    return Lead.objects.locked().select_related("account")


def _whoever_answers(lead: Lead) -> Lead:
    """The lead itself, or for one that repeats another the one that answers for both; locked."""
    while lead.merged_into_id is not None:
        lead = _locked().get(pk=lead.merged_into_id)
    return lead


def _by_email(sought: Sought, facts: dict[str, Any], *, teller: Told, now: datetime) -> Match:
    """Two first signals of one person at once make one lead: the unique key decides, the loser reads."""
    email, newcomer = sought.email, sought.newcomer()
    lead = None if newcomer else BY_EMAIL.first(key=email.key)
    if lead is None:
        fresh = new_lead(email, facts, teller=teller, now=now)
        if _insert(fresh):
            lifecycle.begin(fresh, by=INTAKE, now=now, cause="first signal")
            since = newcomer[0][0] if newcomer else suppressions.refused_since(email.key)
            return Match(fresh, created=True, refused_since=since)
        lead = _locked().get(email_key=email.key)
    lead = _whoever_answers(lead)
    _learn(lead, facts, teller=teller)
    return Match(lead, created=False)


def _insert(row: Lead | Account) -> bool:
    """Store `row` unless its key is taken; whether it was stored."""
    prepared.store([row], ending="ON CONFLICT DO NOTHING")
    return row.pk is not None


def _by_name(company: CompanyIn) -> Account | None:
    """An account by name and country, only when exactly one fits: ambiguity is never guessed away."""
    found = _called(company)
    return found[0] if len(found) == 1 else None


def _called(company: CompanyIn) -> list[Account]:
    """Up to two accounts of that name."""
    key = identity.company_name_key(company.name)
    if not key:
        return []
    return CALLED_IN.all(key=key, country=company.country) if company.country else CALLED.all(key=key)


def _by_name_in_turn(company: CompanyIn) -> Account | None:
    """The one account of that name, looked up when nobody else is making one: no unique key lets only one of them in.

    Raises SeveralAccounts.
    """
    if (found := _by_name(company)) is not None:
        return found
    key = identity.company_name_key(company.name)
    if not key:
        return None
    hold_names([key])
    if len(called := _called(company)) < SEVERAL:
        return called[0] if called else None
    if (answer := company_questions.answer_for(key, country=company.country)) is None:
        raise SeveralAccounts(company)
    return answer


def hold_names(keys: Iterable[str]) -> None:
    """Wait until nobody else makes a company of one of these names, and let nobody until the transaction ends."""
    statement = (
        "SELECT pg_advisory_xact_lock(hashtextextended(name, %s)) FROM unnest(%s::text[]) AS held (name)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [ADVISORY_LOCK, sorted(keys)])


def _new_account(company: CompanyIn, *, domain: str, teller: Told, now: datetime) -> Account | None:
    fresh = new_account(company, domain=domain, teller=teller, now=now)
    if fresh is None or _insert(fresh):
        return fresh
    theirs = Account.objects.get(domain=domain)
    _fill_account(theirs, company, teller=teller, now=now)
    return theirs


def new_lead(email: EmailIdentity, facts: dict[str, Any], *, teller: Told, now: datetime) -> Lead:
    """A person whom nobody knew, not stored yet; `facts` are those of the person and the account."""
    account = facts["account"]
    said = {**facts, "account_id": account.id if account else None, "created_at": now}
    del said["account"]
    said["email"], said["email_key"] = email.address, email.key
    said["origins"] = _first_words(tuple([fact for fact in person_origins.FACTS if facts[fact]]), teller)
    fresh = quick_rows.fresh(Lead, said)
    Lead._meta.get_field("account").set_cached_value(fresh, account)  # noqa: SLF001
    return fresh


@lru_cache(maxsize=64)
def _first_words(facts: tuple[str, ...], teller: Told) -> list[list[Any]] | None:
    """The same value for everybody of whom the same was told at the same moment; nobody changes it in its place."""
    return whose_word.first_words(dict.fromkeys(facts, True), teller)


def new_account(company: CompanyIn, *, domain: str, teller: Told, now: datetime) -> Account | None:
    """A company that nobody knew, not stored yet; None where nothing names it."""
    name = company.name.strip() or domain
    if not name:
        return None
    key = identity.company_name_key(name)[:200]
    facts = facts_of_company(company)
    known = {fact: value for fact, value in facts.items() if not is_blank(value)}
    origins = fact_origins.written(known, teller) or None
    return Account(name=name[:200], name_key=key, domain=domain, created_at=now, origins=origins, **facts)


def facts_of_company(company: CompanyIn) -> dict[str, Any]:
    """What a signal says of a company, by column."""
    return dict(zip(COMPANY_FACTS, OF_COMPANY(company), strict=True))


def facts_of_person(person: PersonIn) -> dict[str, Any]:
    """What a signal says of a person, by column."""
    phone = identity.parse_phone(person.phone, person.country) if person.phone else None
    return {**dict(zip(PERSON_FACTS, OF_PERSON(person), strict=True)), "phone": phone or person.phone}


def _learn(lead: Lead, facts: dict[str, Any], *, teller: Told) -> None:
    """Write what the signal knows and the row does not, or what is believed before what the row says."""
    news = news_of_person(lead, facts, teller=teller)
    if news:
        for name, value in news.items():
            setattr(lead, name, value)
        lead.save(update_fields=list(news))


def news_of_person(lead: Lead, facts: dict[str, Any], *, teller: Told) -> dict[str, Any]:
    """What the signal changes of the person, by field; the company is kept as first told."""
    news = person_origins.news(lead, facts, teller=teller)
    employer = facts["account"]
    return {**news, "account": employer} if employer and lead.account_id is None else news


def _fill_account(account: Account, company: CompanyIn, *, teller: Told, now: datetime) -> None:
    found = news_for(account, company, teller=teller)
    fact_origins.write(account, found, teller=teller, now=now)


def news_for(account: Account, company: CompanyIn, *, teller: Told) -> Settled:
    """What the signal says of the company that is not known, or is believed before what is known."""
    told = zip(COMPANY_FACTS, OF_COMPANY(company), strict=True)
    facts = _of_this_country(account, {fact: value for fact, value in told if not is_blank(value)})
    return fact_origins.settled(account, facts, teller=teller)


def _of_this_country(account: Account, facts: dict[str, Any]) -> dict[str, Any]:
    """A region or post code of another country than the one that is known says nothing about where this one is."""
    elsewhere = account.country and facts.get("country", account.country) != account.country
    if not elsewhere:
        return facts
    return {name: value for name, value in facts.items() if name not in person_origins.FINER_THAN_COUNTRY}


def _identify_visitor(visitor_id: str, lead: Lead) -> None:
    """From now on the visitor is this person; earlier anonymous touches join them (IN-6).

    Where a second person gives their address on the same browser, it says nothing any more: two people stay two, and
    what nobody signed joins neither.
    """
    visitor, is_new = Visitor.objects.get_or_create(visitor_id=visitor_id, defaults={"lead": lead})
    if not is_new and _whoever_answers_for(visitor.lead_id) != lead.pk:
        Visitor.objects.filter(pk=visitor.pk).update(is_shared=True)
    elif not visitor.is_shared:
        Signal.objects.filter(visitor_id=visitor_id, lead__isnull=True).update(lead=lead)


def _whoever_answers_for(lead_id: int) -> int:
    """The id of the lead that answers for one: its own, or where its merges lead to."""
    merged_into = Lead.objects.values_list("merged_into", flat=True).get(pk=lead_id)
    return lead_id if merged_into is None else _whoever_answers_for(merged_into)
