"""The front door and the wiring: settings, the pipeline, the API, the pages that mix apps."""

from revops.celery import app as celery_app

__all__ = ["celery_app"]
