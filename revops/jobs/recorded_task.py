"""The kind of task that Baton's jobs are: whatever the schedule runs is written down as a run of its job (PF-7)."""

from __future__ import annotations

from typing import Any

from celery import Task
from structlog.contextvars import bound_contextvars


class RecordedTask(Task[Any, Any]):
    """Writes down each run of a scheduled task; any other task simply runs."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task and give what it gives; a failure is written down and raised."""
        from leads import job_runs
        from leads.domain.schedules import is_frequent
        from revops.celery import JOB_OF_TASK, schedule_of

        job = JOB_OF_TASK.get(self.name)
        if job is None:
            return super().__call__(*args, **kwargs)
        work = super().__call__
        with bound_contextvars(job=job, task_id=self.request.id, **self._asked_by()):
            return job_runs.record(job, lambda: work(*args, **kwargs), folds=is_frequent(schedule_of(job)))

    def _asked_by(self) -> dict[str, str]:
        """The request that the task was asked for by: a message's header, or an argument of `apply`."""
        request = self.request.get("request_id") or (self.request.headers or {}).get("request_id")
        return {"request_id": request} if request else {}
