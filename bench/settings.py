"""The bare Django that marks the ceiling: Baton's database settings, and nothing between a request and its view."""

from revops.settings import *  # noqa: F403
from revops.settings import BASE_DIR

ROOT_URLCONF = "bench.urls"
MIDDLEWARE: list[str] = []
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "bench" / "templates"]}
]
