"""Says in sentences what moving leads would do, what it needs, and what came of it (QU-9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from routing.impacts import Giver, Impact
from routing.moves import LeftAlone
from routing.team import Order

MOST_NAMED = 5
ORDERS = {
    Order.TEAM: gettext_lazy("By team"),
    Order.LOAD: gettext_lazy("Fullest first"),
    Order.LATE: gettext_lazy("Late first"),
}


def heading(impact: Impact) -> str:
    """What is about to be done."""
    count = len(impact.going)
    words = ngettext("Give %(count)d lead to %(who)s", "Give %(count)d leads to %(who)s", count)
    return words % {"count": count, "who": impact.to}


def sentences(impact: Impact) -> list[str]:
    """What follows from it: load, clocks, and what stays with whoever gives."""
    return [_load(impact), *_clocks(impact), *(_gives(giver) for giver in impact.givers), *_nobodys(impact)]


def concerns(impact: Impact) -> list[str]:
    """What speaks against it; done all the same only by saying why."""
    found = []
    if impact.away_until is not None:
        until = f"{timezone.localtime(impact.away_until):%-d %B, %H:%M}"
        found.append(_("%(who)s is out until %(until)s.") % {"who": impact.to, "until": until})
    if impact.passed_caps:
        caps = "; ".join(impact.passed_caps)
        found.append(_("%(who)s would be above the cap: %(caps)s.") % {"who": impact.to, "caps": caps})
    return found


def moved(count: int, who: object) -> str:
    """What was done."""
    words = ngettext("%(count)d lead is with %(who)s now.", "%(count)d leads are with %(who)s now.", count)
    return words % {"count": count, "who": who}


def taken_back(count: int) -> str:
    """What was undone."""
    return ngettext("%d lead is back where it was.", "%d leads are back where they were.", count) % count


def recycling(count: int) -> str:
    """What is about to be done."""
    return ngettext("Recycle %d lead", "Recycle %d leads", count) % count


def recycled(count: int, outcome: str) -> str:
    """What was done, and what it means for them."""
    words = ngettext("%(count)d lead is %(outcome)s.", "%(count)d leads are %(outcome)s.", count)
    return words % {"count": count, "outcome": outcome}


def left_alone(left: Sequence[LeftAlone]) -> list[str]:
    """Each that stays as it is, and why; the first few by name."""
    told = [f"{one.name}: {one.why}" if one.name else one.why for one in left[:MOST_NAMED]]
    more = len(left) - len(told)
    if more > 0:
        told.append(ngettext("%d more stays as it is.", "%d more stay as they are.", more) % more)
    return told


def _load(impact: Impact) -> str:
    after = impact.held + impact.receives
    if impact.cap is None:
        words = _("%(who)s would hold %(after)d open, without a cap.")
    else:
        words = _("%(who)s would hold %(after)d of %(cap)d open.")
    return words % {"who": impact.to, "after": after, "cap": impact.cap}


def _clocks(impact: Impact) -> Iterator[str]:
    count = impact.fresh_clocks
    if count:
        words = ngettext(
            "%d fresh first-response clock starts.", "%d fresh first-response clocks start.", count
        )
        yield words % count


def _gives(giver: Giver) -> str:
    goes = _("%(who)s goes from %(before)d to %(after)d") % {
        "who": giver.user,
        "before": giver.held,
        "after": giver.held - giver.gives,
    }
    if not giver.breaches:
        return f"{goes}."
    keeps = ngettext("keeps %d breach", "keeps %d breaches", giver.breaches) % giver.breaches
    return _("%(goes)s and %(keeps)s.") % {"goes": goes, "keeps": keeps}


def _nobodys(impact: Impact) -> Iterator[str]:
    count = impact.unassigned
    if count:
        words = ngettext(
            "%d comes out of the unassigned queue.", "%d come out of the unassigned queue.", count
        )
        yield words % count
