"""The three forms that every installation begins with: a demo, a question, the newsletter (IN-11)."""

from __future__ import annotations

from datetime import datetime

from leads import hosted_forms
from leads.domain.form_parts import Part
from leads.hosted_forms import Wanted
from leads.models import HostedForm, SignalType, Source

SENDER = "Hosted forms"
HEARD = (
    "Search engine",
    "Colleague or friend",
    "Event",
    "Social media",
    "Podcast or article",
    "Something else",
)
NEWS = "I agree to receive news by e-mail. I can withdraw this at any time by the link in each mail."
NAMES = (Part("first_name", required=True), Part("last_name", required=True))
EMAIL = Part("email", required=True)


def install(*, now: datetime) -> bool:
    """Set up the seeded forms where there is none at all; whether it did."""
    if HostedForm.objects.exists():
        return False
    source = Source.objects.get_or_create(name=SENDER)[0]
    for wanted in (_demo(source), _contact(source), _newsletter(source)):
        hosted_forms.create(wanted, by=None, now=now)
    return True


def _demo(source: Source) -> Wanted:
    return Wanted(
        slug="demo",
        name="See a demo",
        intro="Tell us who you are and what you would like to see.",
        source=source,
        signal_type=SignalType.objects.get(code="demo_request"),
        fields=(
            EMAIL,
            *NAMES,
            Part("title"),
            Part("phone"),
            Part("country"),
            Part("company", required=True),
            Part("employees"),
        ),
        questions=(
            Part("pain", text="What would you like to solve?"),
            Part("critical_event", text="Is there a date by which it has to be solved?"),
        ),
        heard_options=HEARD,
        consent_text=NEWS,
        button="Ask for a demo",
        thanks="Thank you. Somebody who knows your kind of business will be in touch to agree on a time.",
    )


def _contact(source: Source) -> Wanted:
    return Wanted(
        slug="contact",
        name="Ask us a question",
        intro="We answer by e-mail, or by telephone if you give a number.",
        source=source,
        signal_type=SignalType.objects.get(code="contact_request"),
        fields=(EMAIL, *NAMES, Part("phone"), Part("company")),
        questions=(Part("need", required=True, text="Your question"),),
        heard_options=HEARD,
        button="Send the question",
        thanks="Thank you. Your question is with us, and a person will answer it.",
    )


def _newsletter(source: Source) -> Wanted:
    return Wanted(
        slug="newsletter",
        name="Our newsletter",
        intro="Once a month, and never more.",
        source=source,
        signal_type=SignalType.objects.get(code="newsletter_signup"),
        fields=(EMAIL, Part("first_name")),
        consent_text=NEWS,
        consent_required=True,
        button="Sign up",
        thanks="Thank you. The next newsletter comes to your inbox.",
    )
