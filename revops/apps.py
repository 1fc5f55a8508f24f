"""Configuration of the app `revops`."""

from django.apps import AppConfig


class RevopsConfig(AppConfig):
    """The front door and the wiring."""

    name = "revops"

    def ready(self) -> None:
        """Register the checks."""
        from revops import checks  # noqa: F401
