"""The frame: each role's sections, and the pages of the section one is in."""

from __future__ import annotations

import pytest
from django.urls import reverse

from leads.models import Role, User
from revops.frame import SECTIONS, navigation
from tests.conftest import SignIn


@pytest.mark.parametrize("role", list(Role))
def test_every_section_of_a_role_can_be_opened_by_it(role: Role, model: object, as_user: SignIn) -> None:
    client = as_user(User.objects.create_user("somebody@baton.example", name="Somebody", role=role))

    answers = {
        name: client.get(reverse(name)).status_code for _, pages in SECTIONS[role] for _, name in pages
    }

    assert set(answers.values()) == {200}, answers


def test_section_with_several_pages_shows_them_as_tabs_and_marks_the_one_that_is_open(olga: User) -> None:
    sections, tabs = navigation(olga, reverse("reps"))

    assert [section.label for section in sections if section.current] == ["Routing"]
    assert tabs[0].label == "Rules"
    assert [tab.label for tab in tabs if tab.current] == ["Reps"]


def test_list_behind_a_reports_figures_lies_among_the_reports(mia: User) -> None:
    sections, tabs = navigation(mia, reverse("handoff-records"))

    assert [section.label for section in sections if section.current] == ["Reports"]
    assert tabs[0].label == "Promises kept"
    assert not any(tab.current for tab in tabs)


def test_ones_own_notifications_lie_in_no_section(mia: User) -> None:
    sections, tabs = navigation(mia, reverse("notifications"))

    assert not any(section.current for section in sections)
    assert tabs == []


def test_section_with_one_page_needs_no_tabs(olga: User) -> None:
    sections, tabs = navigation(olga, reverse("queue"))

    assert [section.label for section in sections if section.current] == ["Queue"]
    assert tabs == []
