"""A select that is written in one go says what Django's says."""

import pytest
from django import forms
from django.test.html import parse_html
from django.utils.translation import gettext_lazy

from reports.flat_select import FlatSelect

CHOICES = [
    ("", gettext_lazy("Every rep")),
    ("7", 'Ana <b>Álvarez</b> & "Co"'),
    (8, "Bob"),
    ("-none-", "Unassigned"),
]


@pytest.mark.parametrize("value", ["", "7", 8, None, "unknown"])
def test_it_gives_the_html_that_django_gives(value: object) -> None:
    attrs = {"id": "id_rep", "required": False, "aria-invalid": "true", "disabled": True}

    flat = FlatSelect(choices=CHOICES).render("rep", value, attrs)

    assert parse_html(flat) == parse_html(forms.Select(choices=CHOICES).render("rep", value, attrs))
