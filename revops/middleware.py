"""Shows times in the viewer's own zone, and refuses files that are too large before a byte of them is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone


class ViewerTimeZoneMiddleware:
    """Activates the signed-in person's time zone for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = request.user.time_zone if request.user.is_authenticated else "UTC"
        with timezone.override(zone):
            return self.get_response(request)


class LargestUploadMiddleware:
    """Answers 413 to whatever is larger than the largest file that may be brought, by what its header says."""

    AROUND = 64 * 1024  # bytes of a form around its file

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.headers.get("Content-Length", "")
        if said.isdecimal() and int(said) > settings.LARGEST_FILE + self.AROUND:
            largest = filesizeformat(settings.LARGEST_FILE)
            return render(request, "413.html", {"largest": largest}, status=413)
        return self.get_response(request)
