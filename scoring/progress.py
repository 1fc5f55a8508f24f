"""How far a publish has come, counted from the scores themselves: whatever stops a worker, the figure stays true."""

from __future__ import annotations

from dataclasses import dataclass

from scoring import rescoring
from scoring.models import Score, Scorecard


@dataclass(frozen=True)
class Progress:
    """How many leads bear the scores of the version that is published, of all that have scores."""

    version: int
    done: int
    total: int

    @property
    def left(self) -> int:
        """How many still bear an older version's scores."""
        return self.total - self.done


def of_publish() -> Progress | None:
    """How far scoring again is, or None where nothing is left to do; what is left is counted by index."""
    left = rescoring.outdated()
    if not left:
        return None
    total = Score.objects.count()
    return Progress(Scorecard.objects.published().version, max(total - left, 0), total)
