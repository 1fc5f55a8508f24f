"""What keeps a scoring model from being published: every fault once, with its place, in a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leads.domain.conditions import Condition, Kind, Operator
from leads.domain.conditions.notation import OPERATORS
from leads.facts import ACCOUNT_VOCABULARY, VOCABULARY
from scoring.domain import seed_account, urgency
from scoring.domain.criteria import Criterion, Level
from scoring.domain.gate import Gate
from scoring.domain.model import Model
from scoring.domain.publishable import Fault, faults
from scoring.domain.tiers import TierRow
from tests.scoring.models import SEEDED

VOCABULARIES = {"fit": VOCABULARY, "urgency": urgency.VOCABULARY, "account": ACCOUNT_VOCABULARY}
KNOWN, OF_TEXT = ", ".join(sorted(VOCABULARY)), ", ".join(OPERATORS[Kind.TEXT])
SIZE = SEEDED.fit[0]


def found(model: Model) -> list[Fault]:
    return faults(model, vocabularies=VOCABULARIES)


def places(model: Model) -> list[tuple[str, str]]:
    return [(fault.part, fault.field) for fault in found(model)]


def tier(code: str, fit: float, urgency: float) -> TierRow:
    return TierRow(code, f"Tier {code}", fit, urgency, "watch")


def asks(attribute: str, operator: Operator, *values: str | float) -> Condition:
    return Condition(attribute, operator, values)


def with_size(*levels: Level, **changes: object) -> Model:
    size = replace(SIZE, levels=levels or SIZE.levels, **changes)  # type: ignore[arg-type]  # fields of a criterion
    return replace(SEEDED, fit=(size, *SEEDED.fit[1:]))


def with_signals(**changes: object) -> Model:
    """The model whose every signal is changed alike."""
    changed = {kind: replace(each, **changes) for kind, each in SEEDED.behaviours.items()}  # type: ignore[arg-type]
    return replace(SEEDED, behaviours=changed)


def test_the_seeded_model_can_be_published() -> None:
    assert found(SEEDED) == []


def test_weights_that_do_not_total_100_are_told_by_their_score() -> None:
    light = (replace(SEEDED.urgency[0], weight=20), *SEEDED.urgency[1:])

    assert found(replace(SEEDED, urgency=light)) == [
        Fault("urgency", "weights", "Urgency weights total 95; they must total 100.")
    ]


def test_a_score_without_criteria_is_told() -> None:
    assert found(replace(SEEDED, fit=())) == [Fault("fit", "weights", "There are no criteria of fit.")]


# Levels

LARGE = asks("employees", Operator.AT_LEAST, 500)
SMALL = asks("employees", Operator.AT_MOST, 100)
TOP = SIZE.levels[3]


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        (Level(2, "none"), "Level 2 of Company size has no condition."),
        (
            Level(2, "both", (LARGE, SMALL)),
            "Level 2 of Company size can never hold: its conditions on employees contradict each other.",
        ),
        (
            Level(2, "same", (*TOP.when, asks("country", Operator.IS_ONE_OF, "DE"))),
            "Level 2 of Company size never counts: level 3 holds wherever it does.",
        ),
        (
            Level(2, "gone", (asks("shoe_size", Operator.AT_LEAST, 40),)),
            f"Level 2 of Company size: There is no attribute 'shoe_size'; the attributes are {KNOWN}.",
        ),
        (
            Level(2, "odd", (asks("country", Operator.AT_LEAST, 40),)),
            f"Level 2 of Company size: country cannot be asked 'at_least'; it takes {OF_TEXT}.",
        ),
    ],
)
def test_a_level_that_can_never_count_is_told_at_its_place(level: Level, sentence: str) -> None:
    assert found(with_size(TOP, level, Level(0, "outside"))) == [
        Fault("fit", "level_2", sentence, "company_size")
    ]


def test_a_criterion_without_its_best_level_is_told() -> None:
    model = with_size(Level(1, "some", (LARGE,)), Level(0, "outside"))

    assert found(model) == [
        Fault(
            "fit",
            "label",
            "Company size has no level 3, so a full score could not be reached.",
            "company_size",
        )
    ]


# The gate


@pytest.mark.parametrize("fit", [101, 120, -1])
def test_a_gate_beyond_every_score_is_refused(fit: float) -> None:
    model = replace(SEEDED, gate=Gate(fit_at_least=fit))

    assert found(model) == [
        Fault("gate", "gate_fit", f"The gate asks for fit {fit:g}, and fit lies between 0 and 100.")
    ]


def test_a_gate_over_the_fit_that_the_criteria_can_bring_is_refused() -> None:
    impossible = with_size(Level(3, "both", (LARGE, SMALL)), Level(0, "outside"))

    gates = replace(impossible, gate=Gate(fit_at_least=80))

    assert Fault(
        "gate", "gate_fit", "The gate asks for fit 80, and under these criteria fit comes to at most 75."
    ) in found(gates)
    assert ("gate", "gate_fit") not in places(replace(impossible, gate=Gate(fit_at_least=75)))


@pytest.mark.parametrize(("least", "refused"), [(72, False), (73, True)])
def test_a_gate_over_the_engagement_that_capped_signals_can_bring_is_refused(
    *, least: float, refused: bool
) -> None:
    """18 a week that keep 0.75 of themselves come to 18 / 0.25 = 72."""
    only = {"chat": replace(SEEDED.behaviours["page_view"], weekly_cap=18)}
    model = replace(
        SEEDED, behaviours={**with_signals(points=0).behaviours, **only}, gate=Gate(engagement_at_least=least)
    )

    assert (("gate", "gate_engagement") in places(model)) is refused


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"decay_factor": 1.0}, False),  # points that never fade pass any threshold in the end
        ({"inactivity_weeks": 1}, True),  # each week starts from 0
    ],
)
def test_how_engagement_fades_decides_what_it_can_come_to(
    *, changes: dict[str, object], refused: bool
) -> None:
    one = {"chat": replace(SEEDED.behaviours["page_view"], weekly_cap=20)}
    model = replace(SEEDED, behaviours={**with_signals(points=0).behaviours, **one}, **changes)  # type: ignore[arg-type]

    assert (("gate", "gate_engagement") in places(model)) is refused


def test_signals_that_bring_nothing_let_nobody_pass() -> None:
    assert ("gate", "gate_engagement") in places(with_signals(points=-1))


def test_a_signal_without_a_cap_lets_any_gate_be_passed() -> None:
    uncapped = replace(with_signals(weekly_cap=None, points=1), gate=Gate(engagement_at_least=100))

    assert found(uncapped) == []


# Tiers


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ([tier("A", 70, 60), tier("B", 50, 40), tier("C", 30, 0)], []),
        ([tier("A", 70, 60), tier("B", 50, 70)], []),
        ([tier("A", 70, 60), tier("B", 70, 60)], ["fit_B"]),
        ([tier("A", 50, 40), tier("B", 70, 60)], ["fit_B"]),
        ([tier("A", 70, 60), tier("B", 30, 0), tier("C", 40, 20), tier("D", 20, 0)], ["fit_C"]),
        ([tier("A", 70, 60), tier("A", 50, 40)], ["code_A"]),
    ],
)
def test_a_tier_that_an_earlier_one_takes_every_lead_from_is_refused(
    rows: list[TierRow], hidden: list[str]
) -> None:
    without_promises = with_signals(minimum_tier="")

    assert [fault.field for fault in found(replace(without_promises, tiers=tuple(rows)))] == hidden


def test_a_tier_beyond_every_score_is_refused() -> None:
    model = replace(with_signals(minimum_tier=""), tiers=(tier("A", 70, 101),))

    assert found(model) == [
        Fault("tiers", "urgency_A", "Tier A asks for urgency 101, and urgency lies between 0 and 100.")
    ]


def test_a_tier_over_the_urgency_that_these_signals_can_bring_is_refused() -> None:
    """Where no signal is as deep as a pricing page, that level is out of reach: 25 × 2/3 instead of 25."""
    shallow = {kind: replace(each, depth=min(each.depth, 2)) for kind, each in SEEDED.behaviours.items()}
    model = replace(
        SEEDED, behaviours=shallow, tiers=(replace(SEEDED.tiers[0], urgency_at_least=95), *SEEDED.tiers[1:])
    )

    assert found(model) == [
        Fault(
            "tiers",
            "urgency_T1",
            "Tier 1 asks for urgency 95, and under these criteria urgency comes to at most 91.67.",
        )
    ]


# Signals and fading


@pytest.mark.parametrize(
    ("factor", "refused"), [(0, True), (-0.5, True), (1.01, True), (1, False), (0.01, False)]
)
def test_engagement_fades_by_a_share_of_itself(*, factor: float, refused: bool) -> None:
    assert (("fading", "decay_factor") in places(replace(SEEDED, decay_factor=factor))) is refused


def test_a_silence_and_a_window_of_no_time_are_refused() -> None:
    model = replace(SEEDED, inactivity_weeks=0, urgency_window_days=0)

    assert places(model) == [("fading", "inactivity_weeks"), ("fading", "urgency_window_days")]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"weekly_cap": -1}, Fault("signals", "cap_chat", "The weekly cap of Chat is under 0.")),
        (
            {"depth_multiplier": 0},
            Fault(
                "signals",
                "multiplier_chat",
                "Chat is multiplied by 0 a depth; give a number above 0, or 1 for no difference.",
            ),
        ),
        (
            {"minimum_tier": "T9"},
            Fault("signals", "minimum_chat", "Chat promises tier T9, and there is no such tier."),
        ),
    ],
)
def test_a_signal_that_makes_no_sense_is_refused(*, changes: dict[str, object], fault: Fault) -> None:
    chat = replace(SEEDED.behaviours["chat"], **changes)  # type: ignore[arg-type]

    assert found(replace(SEEDED, behaviours={**SEEDED.behaviours, "chat": chat})) == [fault]


def test_criteria_with_the_same_code_are_refused() -> None:
    twice: tuple[Criterion, ...] = (*SEEDED.fit[:-1], replace(SEEDED.fit[-1], code="company_size"))

    assert found(replace(SEEDED, fit=twice)) == [
        Fault("fit", "weights", "Two criteria have the code company_size.")
    ]


# Grades and accounts


def test_grades_out_of_order_are_refused_at_the_better_one() -> None:
    assert found(replace(SEEDED, grades=(40, 50, 25))) == [
        Fault("grades", "grade_a", "Grade A asks for fit 40, less than grade B, 50.")
    ]
    assert found(replace(SEEDED, grades=(50, 50, 50))) == []


def test_an_ideal_customer_beyond_every_fit_is_refused() -> None:
    assert places(replace(SEEDED, icp_fit=101)) == [("grades", "icp_fit")]


def test_account_weights_total_100_too() -> None:
    heavy = tuple(replace(row, weight=row.weight + 1) for row in seed_account.ACCOUNT)

    assert found(replace(SEEDED, account=heavy)) == [
        Fault("account", "weights", "Account weights total 107; they must total 100.")
    ]


def test_a_model_may_do_without_account_criteria() -> None:
    assert found(replace(SEEDED, account=())) == []
