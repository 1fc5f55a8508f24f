"""Remembers the leads that somebody just gave away, for as long as that can be undone (QU-13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest

from routing.handoffs import UNDO_WITHIN
from routing.models import Reassignment

OFFERED = "undo-move"


def offer(request: HttpRequest, moved: Sequence[Reassignment], *, now: datetime) -> None:
    """Remember these moves; none of them leaves nothing to undo."""
    until = (now + UNDO_WITHIN).timestamp()
    request.session[OFFERED] = {"moves": [one.pk for one in moved], "until": until}


def is_offered(request: HttpRequest, *, now: datetime) -> bool:
    """Whether there is something to undo now."""
    offered = request.session.get(OFFERED)
    return bool(offered and offered["moves"] and offered["until"] >= now.timestamp())


def taken(request: HttpRequest) -> list[Reassignment]:
    """The moves that were remembered; they are not offered again."""
    offered = request.session.pop(OFFERED, {"moves": []})
    moves = Reassignment.objects.filter(pk__in=offered["moves"])
    return list(moves.select_related("handoff__lead", "from_user", "to_user").order_by("pk"))
