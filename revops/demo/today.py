"""The demo's last hours: enough requests that each sign-in finds work, some of it nearly overdue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from revops.demo import journeys, organisation
from revops.demo.journeys import Touch
from revops.demo.market import Person
from revops.demo.organisation import DOMAIN
from revops.demo.sales import Agenda
from revops.demo.vocabulary import AMERICA, DACH, ISLES
from routing.models import Handoff

LENGTH = timedelta(hours=6)
BEST_FIT = 70  # with a request of their own, such a lead is of the best tier
# How many open hand-offs each sign-in is to find: the region and the fit that lead to them, and the number.
WANTED = {
    f"sdr@{DOMAIN}": (AMERICA, False, 12),
    f"sdr2@{DOMAIN}": (DACH, False, 8),
    f"ae@{DOMAIN}": (AMERICA, True, 6),
}
# How many people of each kind are kept for today; one of each comes while nobody is free.
KEPT = {(AMERICA, False): 40, (DACH, False): 34, (AMERICA, True): 26, (ISLES, False): 4}
ALL_AWAY = 44  # minutes ago, in the middle of the company's all-hands
# Minutes ago at which requests come, more and more often; a fifth of the work is from before the last two hours.
MINUTES = (
    *(340, 270, 215, 170, 140, 119, 110, 102, 95, 88, 82, 76, 70, 65, 60, 55, 50),
    ALL_AWAY,
    *(40, 36, 33, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1),
)
EARLY, EARLY_SHARE = 120, 0.2
LATE = 2  # the larger, the more of the work comes in the last half hour


@dataclass(frozen=True)
class Newcomers:
    """People who have not been heard of before the last hours, by region and whether they fit best."""

    groups: dict[tuple[str, bool], list[Person]]

    def __contains__(self, person: object) -> bool:
        return any(person is one for group in self.groups.values() for one in group)

    def next(self, region: str, *, best: bool) -> Person | None:
        """Somebody of that kind who has not been asked for yet."""
        group = self.groups[region, best]
        return group.pop() if group else None


def newcomers(people: Sequence[Person], *, named: set[str]) -> Newcomers:
    """The last people of the market that are of the kinds wanted, at most two thirds of each kind."""
    groups: dict[tuple[str, bool], list[Person]] = {key: [] for key in KEPT}
    for person in people:
        key = (person.company.region, person.fit >= BEST_FIT)
        if key in groups and person.company.domain not in named and person.fields["title"]:
            groups[key].append(person)
    return Newcomers({key: group[-min(KEPT[key], len(group) * 2 // 3) :] for key, group in groups.items()})


@dataclass(frozen=True)
class Today:
    """The last hours while they pass."""

    coming: Newcomers
    agenda: Agenda
    receive: Callable[[Touch], None]
    random: Random
    _numbers: count[int] = field(default_factory=count)

    def live_through(self, *, now: datetime) -> None:
        """Bring requests as long as somebody's queue is shorter than it should be at that time."""
        organisation.hold_all_hands(now=now)
        for minutes in MINUTES:
            at = now - timedelta(minutes=minutes)
            self.agenda.until(at)
            for region, best in KEPT if minutes == ALL_AWAY else self._short_of_work(minutes):
                self._ask(region, best=best, at=at)

    def _short_of_work(self, minutes: int) -> Iterator[tuple[str, bool]]:
        for email, (region, best, wanted) in WANTED.items():
            if _open_of(email) < wanted * _share(minutes):
                yield region, best

    def _ask(self, region: str, *, best: bool, at: datetime) -> None:
        person = self.coming.next(region, best=best)
        if person is not None:
            number = f"today-{next(self._numbers)}"
            self.receive(journeys.request(person, number, at=at, random=self.random))


def _share(minutes: int) -> float:
    """Which share of the wanted work is to be there so many minutes ago."""
    passed: float = max(0.0, 1 - minutes / EARLY)
    return EARLY_SHARE + (1 - EARLY_SHARE) * passed**LATE


def _open_of(email: str) -> int:
    return Handoff.objects.open().filter(assignee__email=email).count()
