"""The demo company itself: its teams, people, calendars, pools, rules and campaigns, made in one stroke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from leads.domain import identity
from leads.models import Account, Campaign, Role, Source, Team, User
from revops.demo import senders
from revops.demo.vocabulary import AMERICA, DACH, ISLES
from routing import rulebook
from routing.models import Absence, BusinessCalendar, Pool, PoolMember, Rep, Territory

DOMAIN = "demo.baton"
PASSWORD = "baton-demo"  # noqa: S105 - printed by `make demo`, for the demo alone
SIGN_INS = tuple(
    f"{name}@{DOMAIN}" for name in ("sdr", "sdr2", "ae", "csm", "manager", "marketer", "ops", "viewer")
)
OFFICE = {str(day): [["09:00", "18:00"]] for day in range(5)}
# One desk follows the sun, so that some clocks run whatever the hour at which the demo is looked at.
ROUND_THE_CLOCK = {str(day): [["00:00", "00:00"]] for day in range(7)}
ALL_HANDS = (
    timedelta(minutes=50),
    timedelta(minutes=38),
)  # ago; everybody is away, so what comes waits unassigned


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
    """A rep: sign-in, name, role, region, weight, seniority, and their own zone where it is another."""

    login: str
    name: str
    role: Role
    region: str
    weight: int = 1
    is_senior: bool = False
    zone: str = ""


REGIONS = (
    Region(DACH, ("DE", "AT", "CH"), "Europe/Berlin", "DE", OFFICE),
    Region(ISLES, ("GB", "IE"), "Europe/London", "GB", OFFICE),
    Region(AMERICA, ("US", "CA"), "America/New_York", "", ROUND_THE_CLOCK),
)
WEST_COAST = "West Coast"  # a part of America by its clock, and before it in the order that decides
COLLEAGUES = (
    Colleague("sdr", "Sam Rivera", Role.SDR, AMERICA, weight=2, is_senior=True),
    Colleague("jordan.lee", "Jordan Lee", Role.SDR, AMERICA, zone="America/Los_Angeles"),
    Colleague("ae", "Alex Morgan", Role.AE, AMERICA, is_senior=True),
    Colleague("priya.shah", "Priya Shah", Role.AE, AMERICA),
    Colleague("sdr2", "Lena Vogt", Role.SDR, DACH, weight=2),
    Colleague("jonas.keller", "Jonas Keller", Role.SDR, DACH),
    Colleague("miriam.aydin", "Miriam Aydın", Role.SDR, DACH),
    Colleague("felix.baumann", "Felix Baumann", Role.AE, DACH, is_senior=True),
    Colleague("niamh.byrne", "Niamh Byrne", Role.SDR, ISLES),
    Colleague("oliver.grant", "Oliver Grant", Role.SDR, ISLES),
    Colleague("aisha.khan", "Aisha Khan", Role.SDR, ISLES),
    Colleague("callum.reid", "Callum Reid", Role.AE, ISLES, is_senior=True),
)
OTHERS = (
    ("csm", "Nora Lindqvist", Role.CSM),
    ("manager", "Maria Costa", Role.MANAGER),
    ("marketer", "Tom Becker", Role.MARKETER),
    ("ops", "Ines Duarte", Role.OPS),
    ("viewer", "Victor Holm", Role.VIEWER),
)
OPEN_CAPS = {Role.SDR: 60, Role.AE: 40}
# name, channel, utm_campaign, days between the beginning of the history and its own, days it runs
CAMPAIGNS = (
    ("Revenue webinar series", "WEBINAR", "camp-webinar-revenue", 0, None),
    ("LinkedIn demand generation", "PAID-SOCIAL", "camp-linkedin-demand", 0, None),
    ("Search: pipeline software", "PAID-SEARCH", "camp-search-pipeline", 0, None),
    ("SaaS Summit", "EVENT", "camp-saas-summit", 60, 45),
)
SOURCES = ("website", "webinars", "events", "mailing", "product", "vendor")


def found(*, begins: datetime, now: datetime) -> None:
    """Set up everything but the leads, as of `begins`."""
    sales = Team.objects.create(name="Sales")
    teams = {region.name: _team(region, sales) for region in REGIONS}
    _people(teams, sales)
    _pools(teams, begins=begins)
    _campaigns(begins)
    Source.objects.bulk_create([Source(name=name) for name in SOURCES])
    senders.equip(begins=begins)
    _absences(now=now)


def hold_all_hands(*, now: datetime) -> None:
    """Let everybody be away for a while before `now`."""
    starts_at, ends_at = now - ALL_HANDS[0], now - ALL_HANDS[1]
    Absence.objects.bulk_create(
        [Absence(rep=rep, starts_at=starts_at, ends_at=ends_at) for rep in Rep.objects.order_by("pk")]
    )


def name_accounts(accounts: Mapping[str, tuple[str, str]], *, now: datetime) -> None:
    """Give accounts, by domain their name and region, to the region's account executives in turn (RT-3)."""
    executives = list(User.objects.filter(role=Role.AE).select_related("team").order_by("pk"))
    for place, (domain, (name, region)) in enumerate(accounts.items()):
        own = [one for one in executives if one.team and one.team.name == region] or executives
        Account.objects.create(
            name=name,
            name_key=identity.company_name_key(name),
            domain=domain,
            is_named=True,
            owner=own[place % len(own)],
            created_at=now,
        )


def _team(region: Region, sales: Team) -> Team:
    team = Team.objects.create(name=region.name, parent=sales)
    BusinessCalendar.objects.create(
        name=region.name, team=team, zone=region.zone, hours=region.hours, holiday_country=region.holidays
    )
    Territory.objects.create(
        name=region.name, team=team, countries=list(region.countries), position=REGIONS.index(region) + 2
    )
    if region.name == AMERICA:
        Territory.objects.create(name=WEST_COAST, team=team, time_zones=["America/Los_Angeles"], position=1)
    return team


def _people(teams: Mapping[str, Team], sales: Team) -> None:
    """Everybody has the same password, hashed once, for hashing is slow by design."""
    password = make_password(PASSWORD)
    zones = {region.name: region.zone for region in REGIONS}
    for one in COLLEAGUES:
        user = User.objects.create(
            email=f"{one.login}@{DOMAIN}",
            name=one.name,
            role=one.role,
            team=teams[one.region],
            time_zone=one.zone or zones[one.region],
            password=password,
        )
        rep = Rep.objects.create(
            user=user,
            weight=one.weight,
            open_cap=OPEN_CAPS[one.role],
            is_senior=one.is_senior,
            time_zone=one.zone,
        )
        rep.territories.set(Territory.objects.filter(name=one.region))
    for login, name, role in OTHERS:
        team = sales if role == Role.MANAGER else None
        zone = zones[DACH]
        User.objects.create(
            email=f"{login}@{DOMAIN}", name=name, role=role, team=team, time_zone=zone, password=password
        )


def _pools(teams: Mapping[str, Team], *, begins: datetime) -> None:
    """Two pools a team: the best tier goes to account executives, the rest to sales development (RT-2)."""
    rules = []
    for name, team in teams.items():
        development = _pool(f"{name} sales development", team, Role.SDR)
        executives = _pool(f"{name} account executives", team, Role.AE)
        Territory.objects.filter(team=team).update(pool=development)
        for territory in Territory.objects.filter(team=team).order_by("position"):
            rules += rulebook.rules_for(territory, general=development, best=executives)
    rulebook.append(rules, by=None, now=begins)
    fallback = Pool.objects.get(is_fallback=True)
    _fill(fallback, [f"{login}@{DOMAIN}" for login in ("jordan.lee", "jonas.keller", "niamh.byrne")])


def _pool(name: str, team: Team, role: Role) -> Pool:
    pool = Pool.objects.create(name=name, team=team)
    _fill(
        pool, [f"{one.login}@{DOMAIN}" for one in COLLEAGUES if (one.region, one.role) == (team.name, role)]
    )
    return pool


def _fill(pool: Pool, emails: list[str]) -> None:
    reps = Rep.objects.filter(user__email__in=emails).order_by("pk")
    PoolMember.objects.bulk_create([PoolMember(pool=pool, rep=rep) for rep in reps])


def _campaigns(begins: datetime) -> None:
    for name, channel, utm_campaign, after, lasts in CAMPAIGNS:
        starts_on = begins.date() + timedelta(days=after)
        ends_on = starts_on + timedelta(days=lasts) if lasts else None
        Campaign.objects.create(
            name=name, channel=channel, utm_campaign=utm_campaign, starts_on=starts_on, ends_on=ends_on
        )


def _absences(*, now: datetime) -> None:
    """One is on holiday, and one was."""
    by_login = {rep.user.email.partition("@")[0]: rep for rep in Rep.objects.select_related("user")}
    away, was_away = by_login["aisha.khan"], by_login["jonas.keller"]
    Rep.objects.filter(pk=away.pk).update(backup=by_login["oliver.grant"])
    days = timedelta(days=1)
    Absence.objects.bulk_create(
        [
            Absence(rep=away, starts_at=now - 3 * days, ends_at=now + 4 * days),
            Absence(rep=was_away, starts_at=now - 75 * days, ends_at=now - 61 * days),
        ]
    )
