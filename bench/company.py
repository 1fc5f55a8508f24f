"""The company of the data set: five territories with teams, managers and reps, made by Baton's own rules."""

from __future__ import annotations

from datetime import datetime

from bench.scale import Scale
from leads.models import Role, Source, Team, User
from revops import operating_model
from routing import rulebook
from routing.models import BusinessCalendar, Pool, PoolMember, Rep, Territory

# name, zone, countries
TERRITORIES = (
    ("DACH", "Europe/Berlin", ("DE", "AT", "CH")),
    ("North America", "America/New_York", ("US", "CA")),
    ("British Isles", "Europe/London", ("GB", "IE")),
    ("South", "Europe/Madrid", ("FR", "ES", "IT")),
    ("Nordics", "Europe/Stockholm", ("SE", "DK", "NO")),
)
CAP_OF_EVERY_FOURTH = 30_000


def make(scale: Scale, *, now: datetime) -> Source:
    """Everybody who works there, and the source that sends signals."""
    operating_model.install(now=now)
    _person("ops", Role.OPS, None).save()
    teams = [_territory(*row, now=now) for row in TERRITORIES]
    people = [_person(f"rep-{n}", Role.SDR, teams[n % len(teams)]) for n in range(scale.amounts.reps)]
    User.objects.bulk_create(people)
    reps = Rep.objects.bulk_create([_rep(person, n) for n, person in enumerate(people)])
    pools = {pool.team_id: pool for pool in Pool.objects.exclude(team=None)}
    PoolMember.objects.bulk_create([PoolMember(pool=pools[rep.user.team_id], rep=rep) for rep in reps])
    return Source.objects.create(name="website")


def _territory(name: str, zone: str, countries: tuple[str, ...], *, now: datetime) -> Team:
    team = Team.objects.create(name=name)
    territory = Territory.objects.create(name=name, team=team, countries=list(countries))
    hours = operating_model.WEEKDAYS_NINE_TO_SIX
    BusinessCalendar.objects.create(
        name=name, team=team, zone=zone, hours=hours, holiday_country=countries[0]
    )
    pool = Pool.objects.create(name=name, team=team)
    rulebook.append(rulebook.rules_for(territory, general=pool), by=None, now=now)
    _person(f"manager-{team.pk}", Role.MANAGER, team).save()
    return team


def _person(name: str, role: Role, team: Team | None) -> User:
    person = User(email=f"{name}@baton.example", name=name.capitalize(), role=role, team=team)
    person.set_unusable_password()
    return person


def _rep(person: User, number: int) -> Rep:
    """Weights 1 to 3; every fourth has a cap, which is never reached but has to be counted."""
    return Rep(user=person, weight=1 + number % 3, open_cap=CAP_OF_EVERY_FOURTH if number % 4 == 0 else None)
