"""Configuration of the app `routing`."""

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """To whom leads go, and by when."""

    name = "routing"
