"""The WSGI application that a web server runs."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from leads import collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revops.settings")

application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every page is loaded before the first is asked for
collector.settle()
