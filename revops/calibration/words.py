"""What the words and numbers of a calibration mean, said once, in sentences that can be translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.domain.calibration import Aside
from scoring.domain.outcomes import Outcome, Target

TARGETS = {Target.WON: gettext_lazy("Won deals"), Target.ACCEPTED: gettext_lazy("Accepted leads")}

ASIDE: Mapping[str, Promise] = {
    Aside.SEPARATES: gettext_lazy(
        "Set aside: it alone foretells the ending almost perfectly, and so was most likely written down after it."
    ),
    Aside.KNOWN_TELLS: gettext_lazy(
        "Set aside: whether it is known at all foretells the ending, so it was most likely filled in after it."
    ),
    Aside.ALL_ALIKE: gettext_lazy("Not judged: fewer than 20 of these hand-offs differ in it."),
}
"""Why a criterion keeps its weight."""

LEFT_OUT: Mapping[str, Promise] = {
    Outcome.UNDECIDED: gettext_lazy("still on their way: no decision yet, or no deal that has ended"),
    Outcome.LATER_PASSAGE: gettext_lazy("later hand-offs of a lead whose first one is counted"),
    Outcome.DUPLICATE: gettext_lazy("duplicates of another lead, which say nothing about fit"),
    Outcome.KNOWN_AFTERWARDS: gettext_lazy(
        "taken in when their ending was known already, so that nobody can say what was known before"
    ),
    Outcome.NO_SNAPSHOT: gettext_lazy("without a record of what was known when they were handed over"),
}
"""Why hand-offs are not counted."""

AUC: Mapping[str, Promise] = {
    "folds": gettext_lazy("Measured five times, each on a fifth of the hand-offs that the fit had not seen."),
    "held_out": gettext_lazy(
        "The AUC of a fit to the older hand-offs, measured on the newest fifth, which came after."
    ),
    "today": gettext_lazy("The AUC of fit by the weights that score today, on the same newest hand-offs."),
    "suggested": gettext_lazy(
        "The AUC of fit by such weights, made from the older hand-offs alone, on the same newest hand-offs."
    ),
}
"""Where an AUC was measured."""


@dataclass(frozen=True)
class Ending:
    """The words for the ending that a calibration asks about."""

    title: str
    good_noun: str
    bad_noun: str
    good: str
    wins: str
    others: str
    rate: str
    rate_meaning: str
    meaning: str
    auc: str
    tells: str
    nothing: str


def ending_of(target: Target) -> Ending:
    """The words for `target`."""
    return _accepted() if target is Target.ACCEPTED else _won()


def weight_columns() -> list[tuple[str, str]]:
    """The heads of today's and the suggested weight, with what they mean."""
    return [
        (_("Today"), _("The weight in the version that was weighed.")),
        (
            _("Suggested"),
            _(
                "The coefficients, none under 0, scaled to a total of 100 in whole numbers. "
                "The interval holds 90% of 200 resamples of the hand-offs."
            ),
        ),
    ]


def criteria_columns() -> list[tuple[str, str]]:
    """The heads of what each criterion tells, with what they mean."""
    return [
        (_("Correlation"), _("Of the level with the ending, from −1 to 1, where the level was known.")),
        (
            _("Lift"),
            _(
                "How many times the overall rate those at the criterion’s best level reach. 1 is no difference."
            ),
        ),
        (
            _("Coefficient"),
            _(
                "By how much going from level 0 to level 3 raises the log-odds, the other criteria being equal: "
                "0.7 doubles the odds. L2-regularised logistic regression; in brackets the 90% interval."
            ),
        ),
    ]


def _won() -> Ending:
    return Ending(
        title=_("Won deals"),
        good_noun=_("won"),
        bad_noun=_("not won"),
        good=_("Won"),
        wins=_("wins"),
        others=_("deals lost or leads refused"),
        rate=_("Win rate"),
        rate_meaning=_("Won, divided by won and not won. Hand-offs whose ending is open count in neither."),
        meaning=_(
            "First hand-offs that have ended: won when a deal of the lead was won after it; "
            "not won when it was lost, rejected or disqualified and is not on its way again."
        ),
        auc=_(
            "Of a lead that was won and one that was not, drawn at random: "
            "the chance that the criteria rank the won one higher. 0.5 is a coin, 1 is perfect."
        ),
        tells=_("The criteria rank a won lead above another %(times)s times in 100"),
        nothing=_("The criteria tell nothing about winning"),
    )


def _accepted() -> Ending:
    return Ending(
        title=_("Accepted leads"),
        good_noun=_("accepted"),
        bad_noun=_("rejected"),
        good=_("Accepted"),
        wins=_("accepted leads"),
        others=_("rejected leads"),
        rate=_("Acceptance rate"),
        rate_meaning=_("Accepted, divided by accepted and rejected."),
        meaning=_(
            "First hand-offs that sales has decided: accepted or rejected, for whatever reason but a duplicate."
        ),
        auc=_(
            "Of an accepted lead and a rejected one, drawn at random: "
            "the chance that the criteria rank the accepted one higher. 0.5 is a coin, 1 is perfect."
        ),
        tells=_("The criteria rank an accepted lead above a rejected one %(times)s times in 100"),
        nothing=_("The criteria tell nothing about what sales accepts"),
    )
