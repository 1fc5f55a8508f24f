"""Configuration of the app `reports`."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """What happened."""

    name = "reports"
