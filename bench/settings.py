"""The bare Django that marks the ceiling: Baton's server by Django's own wrapper, nothing between request and view."""

from revops.settings import *  # noqa: F403
from revops.settings import BASE_DIR, DATABASES
from revops.settings import INSTALLED_APPS as ALL_APPS

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = []
INSTALLED_APPS = [
    name for name in ALL_APPS if not name.startswith("allauth")
]  # which insists on a middleware
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "bench" / "templates"]}
]
