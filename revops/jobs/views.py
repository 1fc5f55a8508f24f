"""The pages of scheduled jobs: how each stands, what became of its runs, and one by hand (PF-7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads import job_runs, parameters
from leads.access import only
from leads.models import Role
from leads.viewer import viewer
from revops.jobs import page as job_page
from revops.jobs import standing as jobs


@require_safe
@only(Role.OPS)
def jobs_page(request: HttpRequest) -> HttpResponse:
    """Every job, those that need somebody first."""
    found = job_page.rows(now=timezone.now())
    return render(request, "revops/jobs.html", {"rows": found, "lede": job_page.lede(found)})


@require_safe
@only(Role.OPS)
def job(request: HttpRequest, job: str) -> HttpResponse:
    """One job: how it stands, and its runs of the last thirty days."""
    name, before = _named(job), parameters.whole_number(request, "before")
    [standing] = [each for each in jobs.standings(now=timezone.now()) if each.job == name]
    lines, has_older = job_page.history(name, before=before)
    context = {
        "row": job_page.row(standing),
        "lines": lines,
        "newer_url": request.path if before else "",
        "older_url": f"{request.path}?before={lines[-1].run.pk}" if has_older else "",
    }
    return render(request, "revops/job.html", context)


@require_POST
@only(Role.OPS)
def run_job(request: HttpRequest, job: str) -> HttpResponse:
    """Have it run once, now."""
    name = _named(job)
    if job_runs.ask(name, by=viewer(request), now=timezone.now()):
        messages.success(request, _("“%(job)s” begins within seconds.") % {"job": name})
    else:
        messages.info(
            request, _("“%(job)s” was asked for already and begins within seconds.") % {"job": name}
        )
    return redirect("job", job)


def _named(slug: str) -> str:
    if slug not in jobs.SLUGS:
        raise Http404
    return jobs.SLUGS[slug]
