"""Who did it: a person or a named job, written the same way into every history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from leads.models import User


@dataclass(frozen=True)
class Job:
    """Something that acts by itself: the pipeline, a sweep, an import."""

    name: str


Actor = User | Job


class ActorColumns(TypedDict):
    """The two columns that every history row keeps of its actor."""

    actor: User | None
    job: str


def columns(actor: Actor) -> ActorColumns:
    """The columns for `actor`."""
    if isinstance(actor, Job):
        return {"actor": None, "job": actor.name}
    return {"actor": actor, "job": ""}


def name_of(actor: Actor) -> str:
    """How sentences call the actor."""
    return actor.name if isinstance(actor, Job) else str(actor)
