"""Who works at the demo company: teams, reps, calendars, territories, pools, rules, campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from leads.models import Account, Campaign, Role, Source, Team, User
from routing import rulebook
from routing.models import Absence, BusinessCalendar, Pool, PoolMember, Rep, Territory

DOMAIN = "demo.baton"
PASSWORD = "baton-demo"  # noqa: S105 - printed by `make demo`, for the demo alone
OFFICE = {str(day): [["09:00", "18:00"]] for day in range(5)}
# One desk follows the sun, so that some clocks run whatever the hour at which the demo is looked at.
ROUND_THE_CLOCK = {str(day): [["00:00", "00:00"]] for day in range(7)}


@dataclass(frozen=True)
class Region:
    """A territory with its team's zone, hours and holidays."""

    name: str
    countries: tuple[str, ...]
    zone: str
    holidays: str
    hours: dict[str, list[list[str]]]


@dataclass(frozen=True)
class Colleague:
    """A rep: sign-in, name, role, region, weight, open cap."""

    login: str
    name: str
    role: Role
    region: str
    weight: int = 1
    open_cap: int | None = 40
    is_senior: bool = False


DACH = Region("DACH", ("DE", "AT", "CH"), "Europe/Berlin", "DE", OFFICE)
ISLES = Region("UK & Ireland", ("GB", "IE"), "Europe/London", "GB", OFFICE)
AMERICA = Region("North America", ("US", "CA"), "America/New_York", "", ROUND_THE_CLOCK)
REGIONS = (DACH, ISLES, AMERICA)

COLLEAGUES = (
    Colleague("sdr", "Sam Rivera", Role.SDR, AMERICA.name, weight=2, is_senior=True),
    Colleague("jordan", "Jordan Lee", Role.SDR, AMERICA.name),
    Colleague("ae", "Alex Morgan", Role.AE, AMERICA.name, is_senior=True),
    Colleague("priya", "Priya Shah", Role.AE, AMERICA.name),
    Colleague("sdr2", "Lena Vogt", Role.SDR, DACH.name, weight=2),
    Colleague("jonas", "Jonas Keller", Role.SDR, DACH.name),
    Colleague("miriam", "Miriam Aydın", Role.SDR, DACH.name),
    Colleague("felix", "Felix Baumann", Role.AE, DACH.name, is_senior=True),
    Colleague("niamh", "Niamh Byrne", Role.SDR, ISLES.name),
    Colleague("oliver", "Oliver Grant", Role.SDR, ISLES.name),
    Colleague("aisha", "Aisha Khan", Role.SDR, ISLES.name),
    Colleague("callum", "Callum Reid", Role.AE, ISLES.name, is_senior=True),
)
OTHERS = (
    ("manager", "Maria Costa", Role.MANAGER),
    ("marketer", "Tom Becker", Role.MARKETER),
    ("ops", "Ines Duarte", Role.OPS),
    ("viewer", "Victor Holm", Role.VIEWER),
)
CAMPAIGNS = (
    ("Revenue Webinar Series", "WEBINAR", "camp-webinar-revenue"),
    ("LinkedIn Demand Generation", "PAID-SOCIAL", "camp-linkedin-demand"),
    ("Search: pipeline software", "PAID-SEARCH", "camp-search-pipeline"),
    ("SaaS Summit", "EVENT", "camp-saas-summit"),
)
SOURCES = ("website", "webinars", "events", "mailing", "product")


@transaction.atomic
def found(*, begins: datetime, now: datetime) -> None:
    """Set up everything but the leads, as of `begins`."""
    sales = Team.objects.create(name="Sales")
    teams = {region.name: _region(region, sales) for region in REGIONS}
    _people(teams, sales)
    _pools(teams, begins=begins)
    _campaigns(begins.date())
    Source.objects.bulk_create([Source(name=name) for name in SOURCES])
    aisha = Rep.objects.get(user__email=f"aisha@{DOMAIN}")
    Absence.objects.create(rep=aisha, starts_at=now - timedelta(days=3), ends_at=now + timedelta(days=4))


def name_accounts(accounts: dict[str, str], *, now: datetime) -> None:
    """Give accounts by name → domain to the account executives in turn (RT-3)."""
    executives = list(User.objects.filter(role=Role.AE, email__endswith=f"@{DOMAIN}").order_by("pk"))
    Account.objects.bulk_create(
        [
            Account(
                name=name,
                domain=domain,
                is_named=True,
                owner=executives[place % len(executives)],
                created_at=now,
            )
            for place, (name, domain) in enumerate(accounts.items())
        ]
    )


def _region(region: Region, sales: Team) -> Team:
    team = Team.objects.create(name=region.name, parent=sales)
    BusinessCalendar.objects.create(
        name=region.name, team=team, zone=region.zone, hours=region.hours, holiday_country=region.holidays
    )
    Territory.objects.create(name=region.name, team=team, countries=list(region.countries))
    return team


def _people(teams: dict[str, Team], sales: Team) -> None:
    """Everybody has the same password, hashed once, for hashing is slow by design."""
    password = make_password(PASSWORD)
    zones = {region.name: region.zone for region in REGIONS}
    for one in COLLEAGUES:
        user = User.objects.create(
            email=f"{one.login}@{DOMAIN}",
            name=one.name,
            role=one.role,
            team=teams[one.region],
            time_zone=zones[one.region],
            password=password,
        )
        Rep.objects.create(user=user, weight=one.weight, open_cap=one.open_cap, is_senior=one.is_senior)
    for login, name, role in OTHERS:
        team = sales if role == Role.MANAGER else None
        User.objects.create(
            email=f"{login}@{DOMAIN}", name=name, role=role, team=team, time_zone=DACH.zone, password=password
        )


def _pools(teams: dict[str, Team], *, begins: datetime) -> None:
    """Two pools a team: the best tier goes to account executives, the rest to sales development (RT-2)."""
    rules = []
    for name, team in teams.items():
        development = _pool(f"{name} sales development", team, Role.SDR)
        executives = _pool(f"{name} account executives", team, Role.AE)
        rules += rulebook.rules_for(Territory.objects.get(name=name), general=development, best=executives)
    rulebook.append(rules, by=None, now=begins)
    fallback = Pool.objects.get(is_fallback=True)
    PoolMember.objects.bulk_create(
        [PoolMember(pool=fallback, rep=rep) for rep in Rep.objects.filter(user__role=Role.SDR).order_by("pk")]
    )


def _pool(name: str, team: Team, role: Role) -> Pool:
    pool = Pool.objects.create(name=name, team=team)
    members = Rep.objects.filter(user__team=team, user__role=role).order_by("pk")
    PoolMember.objects.bulk_create([PoolMember(pool=pool, rep=rep) for rep in members])
    return pool


def _campaigns(begins_on: date) -> None:
    Campaign.objects.bulk_create(
        [
            Campaign(name=name, channel=channel, utm_campaign=utm, starts_on=begins_on)
            for name, channel, utm in CAMPAIGNS
        ]
    )
