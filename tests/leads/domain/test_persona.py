"""A title tells department and seniority, in English and in German, or says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.persona import department_of, seniority_of


@given(st.text(max_size=60))
def test_any_title_has_an_answer(title: str) -> None:
    assert department_of(title) == department_of(f" {title.upper()} ") or not title.isascii()
    assert seniority_of(title) in {"decision_maker", "manager", "individual", ""}


@pytest.mark.parametrize(
    ("title", "department", "seniority"),
    [
        ("VP of Sales", "sales", "decision_maker"),
        ("VP Marketing", "marketing", "decision_maker"),
        ("Head of Revenue Operations", "operations", "decision_maker"),
        ("Director, Demand Gen", "marketing", "decision_maker"),
        ("Chief Operating Officer", "operations", "decision_maker"),
        ("CMO", "marketing", "decision_maker"),
        ("CRO", "sales", "decision_maker"),
        ("CFO", "finance", "decision_maker"),
        ("CTO", "it", "decision_maker"),
        ("C.E.O.", "executive", "decision_maker"),
        ("Founder & CEO", "executive", "decision_maker"),
        ("Owner", "executive", "decision_maker"),
        ("Managing Director", "executive", "decision_maker"),
        ("Geschäftsführer", "executive", "decision_maker"),
        ("Geschäftsführerin", "executive", "decision_maker"),
        ("Geschäftsführer:in", "executive", "decision_maker"),
        ("Leiter Vertrieb", "sales", "decision_maker"),
        ("Leiter/in Marketing", "marketing", "decision_maker"),
        ("Vertriebsleiterin", "sales", "decision_maker"),
        ("Abteilungsleiter Einkauf", "procurement", "decision_maker"),
        ("IT-Leiter", "it", "decision_maker"),
        ("Sales Manager", "sales", "manager"),
        ("Marketing Manager (m/w/d)", "marketing", "manager"),
        ("Teamleiter Vertrieb", "sales", "manager"),
        ("Account Executive", "sales", "individual"),
        ("Marketing Executive", "marketing", "individual"),
        ("SDR", "sales", "individual"),
        ("Software Engineer", "it", "individual"),
        ("Personalreferent", "hr", "individual"),
        ("Executive Assistant to the CEO", "executive", "individual"),
        ("Werkstudentin Marketing", "marketing", "individual"),
        ("Sales", "sales", ""),
        ("Wizard", "", ""),
        ("", "", ""),
    ],
)
def test_what_a_title_tells(title: str, department: str, seniority: str) -> None:
    assert department_of(title) == department
    assert seniority_of(title) == seniority
