"""Where each role begins, and what it does first where there is no lead yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leads.models import Lead, Role, User

HOMES = {
    Role.SDR: "queue",
    Role.AE: "queue",
    Role.MANAGER: "service-level-report",
    Role.OPS: "scorecards",
}
DOORS = ((_("Bring a file"), "imports"), (_("Make a form"), "hosted-forms"))
# what is said, and the pages on which it is done: (label, name of the address)
FIRST: Mapping[str, tuple[Any, tuple[tuple[Any, str], ...]]] = {
    Role.OPS: (
        _(
            "First say who works here, which places are whose, and who receives leads, in which pool. "
            "Then open a door: a source that sends signals with its key, a form, or a file."
        ),
        (
            (_("People"), "people"),
            (_("Territories"), "territories"),
            (_("Pools"), "pools"),
            (_("Reps"), "reps"),
            (_("Sources"), "sources"),
            *DOORS,
        ),
    ),
    Role.MARKETER: (_("They come by files, forms and signals, and show here at once."), DOORS),
}
OTHERS = (_("They come in by forms, imports and signals, and show here at once."), ())


def home_of(user: User) -> str:
    """The name of the address at which `user` begins; revenue operations set up what is empty first."""
    if user.is_ops and not Lead.objects.exists():
        return "leads"
    return HOMES.get(Role(user.role), "leads")


def no_leads_yet(user: User) -> dict[str, Any]:
    """What the list of leads says where there is none: what `user` can do about it."""
    text, pages = FIRST.get(user.role, OTHERS)
    return {
        "title": _("There are no leads yet"),
        "text": text,
        "links": [{"label": label, "url": reverse(name)} for label, name in pages],
    }
