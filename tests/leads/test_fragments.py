"""A piece that stands still: rendered once for the same values, and never shown for any others."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.template import Context, Template
from django.test.utils import override_settings
from django.utils import timezone, translation

from leads.templatetags.fragments import still

TIER = "includes/_tier.html"


@dataclass(frozen=True)
class Name:
    text: str


def test_other_values_give_another_piece() -> None:
    assert 'data-tier="T1"' in still(TIER, tier="T1")
    assert 'data-tier="T2"' in still(TIER, tier="T2")
    assert 'data-tier="T1"' in still(TIER, tier="T1")


def test_values_that_only_compare_as_equal_are_told_apart() -> None:
    assert 'data-tier="True"' in still(TIER, tier=True)
    assert 'data-tier="1"' in still(TIER, tier=1)


def test_text_is_escaped_in_the_page_it_stands_in() -> None:
    page = Template('{% load fragments %}{% still "includes/_tier.html" tier=tier %}')

    shown = page.render(Context({"tier": "<b>"}))

    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


def test_a_list_that_grew_is_another_value() -> None:
    names = [Name("Eva")]
    before = still(TIER, tier=names)
    names.append(Name("Ida"))

    assert still(TIER, tier=names) != before


def test_what_surrounds_the_piece_is_not_seen_in_it() -> None:
    page = Template('{% load fragments %}{% still "includes/_tier.html" %}')

    assert "none" in page.render(Context({"tier": "T1"}))


@pytest.mark.parametrize("value", [{"T1"}, bytearray(b"T1")])
def test_what_can_change_unseen_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        still(TIER, tier=value)


def test_each_language_and_zone_has_its_own() -> None:
    with override_settings(USE_L10N=True), translation.override("de"), timezone.override("Europe/Berlin"):
        german = still("includes/_tier.html", tier=1234.5)
    with translation.override("en"):
        english = still("includes/_tier.html", tier=1234.5)

    assert "1234,5" in german
    assert "1234.5" in english
