"""What operations made of the demo's first months: a calibration by what sales decided, computed as of that day."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from leads.models import BackgroundRun, User
from revops.calibration import runs
from revops.calibration.runs import Question
from revops.demo.organisation import DOMAIN
from scoring.domain.calibration import Plan
from scoring.domain.outcomes import Target


def calibrate(now: datetime) -> None:
    """Ask what acceptances say of the weights, and compute it at once, by what is known at `now`."""
    ops = User.objects.get(email=f"ops@{DOMAIN}")
    plan = Plan(minimum=settings.CALIBRATION_MINIMUM)
    asked = runs.ask(Question(Target.ACCEPTED, since=None, until=now, plan=plan), by=ops, now=now)
    found = runs.work(asked, lambda *_told, **_more: None)
    done = {"status": BackgroundRun.Status.DONE, "started_at": now, "finished_at": now}
    BackgroundRun.objects.filter(pk=asked.pk).update(**done, result=found)
