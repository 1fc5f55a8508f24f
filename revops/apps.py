"""Configuration of the app `revops`."""

from django.apps import AppConfig


class RevopsConfig(AppConfig):
    """The front door and the wiring."""

    name = "revops"

    def ready(self) -> None:
        """Register the checks, and have each worker make the one about the broker before it begins."""
        from celery.signals import worker_init

        from revops import checks

        worker_init.connect(checks.refuse_forgetful_broker)
