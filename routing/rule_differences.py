"""Where two versions of the rules differ, in words: rules that are new, gone, changed or moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from routing.models import RoutingRule
from routing.rule_words import RuleInWords, in_words


@dataclass(frozen=True)
class RuleDifference:
    """What became of one rule: `kind` in a word, and each change as what, before and after."""

    rule: str
    kind: str
    changes: list[tuple[str, str, str]]


def differences(before: Sequence[RoutingRule], after: Sequence[RoutingRule]) -> list[RuleDifference]:
    """Each rule that is not the same in both, in the order of `after`, then those that are gone."""
    old, new = _told(before), _told(after)
    twins = _twins(old, new)
    moved = _moved([*old], [twins[name] for name in new if name in twins])
    found = [_difference((name, *new[name]), old, twins, moved=moved) for name in new]
    gone = [name for name in old if name not in twins.values()]
    return [
        *[each for each in found if each is not None],
        *[RuleDifference(name, _("gone"), [(_("It was"), _summary(old[name][1]), "")]) for name in gone],
    ]


Told = Mapping[str, tuple[int, RuleInWords]]


def _told(rows: Sequence[RoutingRule]) -> Told:
    return {row.name: (place, in_words(row)) for place, row in enumerate(rows, start=1)}


def _twins(old: Told, new: Told) -> dict[str, str]:
    """New name → old name: the same, or that of a lost rule that says the same."""
    twins = {name: name for name in new if name in old}
    lost = {_summary(rule): name for name, (_place, rule) in old.items() if name not in new}
    for name, (_place, rule) in new.items():
        if name not in twins and _summary(rule) in lost:
            twins[name] = lost.pop(_summary(rule))
    return twins


def _difference(
    told: tuple[str, int, RuleInWords], old: Told, twins: Mapping[str, str], *, moved: set[str]
) -> RuleDifference | None:
    name, place, rule = told
    if name not in twins:
        return RuleDifference(name, _("new"), [(_("At place %(n)s") % {"n": place}, "", _summary(rule))])
    old_place, old_rule = old[twins[name]]
    changes = [
        (_("name"), twins[name], name),
        (_("when"), _when(old_rule), _when(rule)),
        (_("goes to"), old_rule.target, rule.target),
        *([(_("place"), str(old_place), str(place))] if twins[name] in moved else []),
    ]
    real = [change for change in changes if change[1] != change[2]]
    if not real:
        return None
    return RuleDifference(name, _("moved") if real[0][0] == _("place") else _("changed"), real)


def _moved(old: Sequence[str], kept: Sequence[str]) -> set[str]:
    """Who left the order: all but a longest run of rules that stand as before to each other."""
    places = [old.index(name) for name in kept]
    tails: list[int] = []
    length: list[int] = []
    for place in places:
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
        length.append(at)
    stay, wanted = set(), len(tails) - 1
    for number in reversed(range(len(kept))):
        if length[number] == wanted:
            stay.add(kept[number])
            wanted -= 1
    return set(kept) - stay


def _when(rule: RuleInWords) -> str:
    return f" {_('and')} ".join(rule.when) or rule.everybody


def _summary(rule: RuleInWords) -> str:
    return _("%(when)s: %(target)s") % {"when": _when(rule), "target": rule.target}
