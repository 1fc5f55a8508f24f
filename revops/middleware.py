"""Shows times in the viewer's own zone, refuses what is too large unread, says what a page may load."""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone

from revops.api import problems as api_problems
from revops.sign_in.recognising import person_of


class ViewerTimeZoneMiddleware:
    """Activates the signed-in person's time zone for the length of a request, and puts the person on it.

    Django leaves a stand-in there that reads the person when it is asked, and passes on each later question too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = person_of(request)
        zone = request.user.time_zone if request.user.is_authenticated else "UTC"
        with timezone.override(zone):
            return self.get_response(request)


class ContentPolicyMiddleware(CSPMiddleware):
    """Says what a page may load: the same of nearly every answer, so that it is put together once a process."""

    SAID = frozenset(
        f"_csp_{word}{end}" for word in ("config", "update", "replace", "exempt") for end in ("", "_ro")
    )

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_usual = self.SAID.isdisjoint(vars(response)) and not hasattr(request, "_csp_nonce")
        if settings.DEBUG or not is_usual:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, _usual_policy())
        return response


@cache
def _usual_policy() -> str:
    return build_policy()


class LargestUploadMiddleware:
    """Answers 413 to whatever is larger than the largest file that may be brought, by what its header says."""

    AROUND = 64 * 1024  # bytes of a form around its file

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or ""
        if said.isdecimal() and int(said) > settings.LARGEST_FILE + self.AROUND:
            largest = filesizeformat(settings.LARGEST_FILE)
            return render(request, "413.html", {"largest": largest}, status=413)
        return self.get_response(request)


class StraightToApiMiddleware:
    """Answers where a key signs in without what only pages need: session, form token, messages, time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = self._match(request) if request.path_info.startswith("/api/") else None
        if match is None or not getattr(match.func, "goes_straight", False):
            return self.get_response(request)
        request.resolver_match = match
        answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return answer

    def _match(self, request: HttpRequest) -> ResolverMatch | None:
        try:
            return resolve(request.path_info)
        except Resolver404:
            return None


class ApiProblemsMiddleware:
    """Under /api/, answers whatever went wrong outside the API's own code as a problem too (RFC 9457)."""

    KEPT = ("Allow", "Retry-After", "WWW-Authenticate")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code < HTTPStatus.BAD_REQUEST or not request.path_info.startswith("/api/"):
            return answer
        if answer.headers.get("Content-Type") == api_problems.MEDIA_TYPE:
            return answer
        status = HTTPStatus(answer.status_code)
        headers = {name: answer.headers[name] for name in self.KEPT if name in answer.headers}
        return api_problems.of_status(status, headers)
