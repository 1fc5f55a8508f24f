"""The bare Django that marks the ceiling: Baton's database settings, and nothing between a request and its view."""

from revops.settings import *  # noqa: F403
from revops.settings import BASE_DIR
from revops.settings import INSTALLED_APPS as ALL_APPS

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = []
INSTALLED_APPS = [
    name for name in ALL_APPS if not name.startswith("allauth")
]  # which insists on a middleware
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "bench" / "templates"]}
]
