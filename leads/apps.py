"""Configuration of the app that knows who the leads are and where they stand."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """Leads, companies, signals, stages."""

    name = "leads"
