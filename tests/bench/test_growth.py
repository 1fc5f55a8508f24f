"""How operations grow is told by the slope of logarithms, and drawn in a picture that is well formed."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bench.drawing import Line, drawn
from bench.growth import Grown, growing, table


def measured(operation: str, **details: float) -> dict[str, Any]:
    return {"operation": operation, "details": details}


@pytest.mark.parametrize(
    ("times", "slope"),
    [((5.0, 5.0, 5.0), 0.0), ((1.0, 10.0, 100.0), 1.0), ((1.0, 100.0, 10_000.0), 2.0)],
)
def test_flat_linear_and_square_growth_have_their_slopes(times: tuple[float, ...], slope: float) -> None:
    points = tuple(zip((10_000, 100_000, 1_000_000), times, strict=True))

    assert Grown("decay", points, by_cpu=True).slope == pytest.approx(slope)


def test_processor_time_is_compared_where_every_size_knows_it_and_else_the_clock() -> None:
    grown = growing(
        {
            10: {
                "a": measured("a", web_cpu_ms=1, database_cpu_ms=1, p50=9),
                "b": measured("b", milliseconds=3),
            },
            100: {
                "a": measured("a", web_cpu_ms=2, database_cpu_ms=2, p50=9),
                "b": measured("b", milliseconds=4, web_cpu_ms=4, database_cpu_ms=1),
            },
        }
    )

    assert [(one.operation, one.points, one.by_cpu) for one in grown] == [
        ("a", ((10, 2.0), (100, 4.0)), True),
        ("b", ((10, 3.0), (100, 4.0)), False),
    ]


def test_what_was_measured_at_one_size_only_is_left_out() -> None:
    assert not growing({10: {}, 100: {"a": measured("a", p50=1)}})


def test_the_amount_that_grows_is_no_part_of_the_name() -> None:
    runs = {size: {"a": measured(f"decay of {size:,} leads, 5 % cross", p50=1)} for size in (10_000, 100_000)}

    assert [one.operation for one in growing(runs)] == ["decay of all leads, 5 % cross"]


def test_the_table_has_a_column_for_each_size_and_marks_times_of_the_clock() -> None:
    told = table([Grown("sweep", ((10_000, 2.0), (1_000_000, 2.0)), by_cpu=False)])

    assert told.splitlines()[-1] == "| sweep * | 2.0 |  | 2.0 | 0.00 |"


def test_the_picture_names_every_line_and_keeps_within_its_edges() -> None:
    lines = [Line(f"operation <{n}>", ((10_000, 1.0 + n), (1_000_000, 3.0 + n))) for n in range(20)]

    picture = ET.fromstring(drawn(lines, across="leads", up="ms"))  # noqa: S314 - our own

    names = [
        text
        for text in picture.iter("{http://www.w3.org/2000/svg}text")
        if (text.text or "").startswith("op")
    ]
    assert [name.text for name in names] == [f"operation <{n}>" for n in range(20)]
    assert all(0 < float(name.attrib["y"]) < 520 for name in names)
