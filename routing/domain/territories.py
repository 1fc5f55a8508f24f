"""Which territory a place lies in, and where two territories overlap, from values alone (RT-2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from leads.domain.conditions.interpreter import folded
from leads.domain.countries import country_name
from leads.domain.local_time import zones_in
from leads.domain.places import Place
from leads.domain.post_codes import PostCodes


@dataclass(frozen=True)
class Area:
    """A territory as values: of each kind that it names one must fit, and what it does not name is left open."""

    name: str
    countries: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()
    post_codes: tuple[PostCodes, ...] = ()
    time_zones: frozenset[str] = frozenset()

    def holds(self, place: Place) -> bool:
        """Whether the place lies in it; a place of which it is not known does not."""
        return (
            (not self.countries or place.country in self.countries)
            and (not self.regions or folded(place.region) in _folded(self.regions))
            and (not self.post_codes or any(each.hold(place.postal_code) for each in self.post_codes))
            and (not self.time_zones or place.time_zone in self.time_zones)
        )


@dataclass(frozen=True)
class Overlap:
    """Two territories that a place can lie in both of: the first has it, and all of the second where it is `whole`."""

    first: Area
    second: Area
    whole: bool


def overlaps(areas: Sequence[Area]) -> list[Overlap]:
    """Every two that overlap, in the order in which they decide, save where the narrower comes first, as it should."""
    pairs = [(one, other) for place, one in enumerate(areas) for other in areas[place + 1 :]]
    found = [Overlap(one, other, contains(one, other)) for one, other in pairs if meet(one, other)]
    return [each for each in found if each.whole or not contains(each.second, each.first)]


def meet(one: Area, other: Area) -> bool:
    """Whether a place can lie in both."""
    return (
        _share(one.countries, other.countries)
        and _share(_folded(one.regions), _folded(other.regions))
        and _post_codes_meet(one.post_codes, other.post_codes)
        and _share(one.time_zones, other.time_zones)
        and _share(one.time_zones, _zones(other.countries))
        and _share(other.time_zones, _zones(one.countries))
    )


def contains(one: Area, other: Area) -> bool:
    """Whether every place of the other lies in `one`; where it is not sure, it says no."""
    return (
        _covers(one.countries, other.countries)
        and _covers(_folded(one.regions), _folded(other.regions))
        and _post_codes_contain(one.post_codes, other.post_codes)
        and _covers(one.time_zones, other.time_zones or _zones(other.countries))
    )


def in_words(area: Area) -> str:
    """Where it is: "Austria or Germany; post codes 80–86"."""
    parts = [
        _any_of(sorted(map(country_name, area.countries))),
        _any_of(area.regions),
        f"post codes {_any_of(list(map(str, area.post_codes)))}" if area.post_codes else "",
        _any_of(sorted(area.time_zones)),
    ]
    return "; ".join(filter(None, parts))


def _any_of(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)


def _share(one: Collection[str], other: Collection[str]) -> bool:
    """Whether the two have something in common; none named means all."""
    return not one or not other or not set(one).isdisjoint(other)


def _covers(one: Collection[str], other: Collection[str]) -> bool:
    return not one or (bool(other) and set(other) <= set(one))


def _post_codes_meet(one: Sequence[PostCodes], other: Sequence[PostCodes]) -> bool:
    return not one or not other or any(mine.meet(theirs) for mine in one for theirs in other)


def _post_codes_contain(one: Sequence[PostCodes], other: Sequence[PostCodes]) -> bool:
    return not one or (bool(other) and all(any(mine.contain(theirs) for mine in one) for theirs in other))


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(folded, names))


def _zones(countries: Iterable[str]) -> frozenset[str]:
    return frozenset(zone for country in countries for zone in zones_in(country))
