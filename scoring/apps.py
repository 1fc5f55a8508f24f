"""Configuration of the app `scoring`."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """How good leads are, and why."""

    name = "scoring"
