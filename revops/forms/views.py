"""The pages of hosted forms for revenue operations: the list, one with its embed code, its editor (IN-11)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads import audit, hosted_forms, parameters
from leads.access import only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.hosted_forms import SlugTaken
from leads.models import FormSubmission, HostedForm, Role
from leads.viewer import viewer
from revops.forms.editor import FormEditor
from revops.forms.public_form import PublicForm

UNPROCESSABLE, A_PAGE, CHANGES = 422, 50, 10
READERS = (Role.OPS, Role.MARKETER)


@require_safe
@only(*READERS)
def hosted_form_list(request: HttpRequest) -> HttpResponse:
    """Every form, and how often it was sent."""
    counted = HostedForm.objects.annotate(sent=Count("submissions"), last=Max("submissions__at"))
    rows = counted.select_related("signal_type").order_by("-is_on", "name", "pk")
    return render(request, "revops/forms.html", {"rows": rows})


@require_safe
@only(*READERS)
def hosted_form(request: HttpRequest, slug: str) -> HttpResponse:
    """One form: where it is, how to embed it, and what was sent."""
    form, before = _find(slug), parameters.whole_number(request, "before")
    lines, older = _submissions(form, before=before)
    address = settings.SITE_URL + reverse("public-form", args=[form.slug])
    context = {
        "form": form,
        "address": address,
        "embed": _embed(form, address),
        "sent": form.submissions.count(),
        "lines": lines,
        "newer_url": request.path if before else "",
        "older_url": f"{request.path}?before={lines[-1].pk}" if older else "",
        "changes": audit.of(f"form:{form.pk}")[:CHANGES],
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "revops/form.html", context)


def _embed(form: HostedForm, address: str) -> str:
    """The code for other sites; their pages say their whole address, and so the campaign that led there."""
    shown = f'src="{address}" title="{escape(form.name)}" width="100%" height="720"'
    return f'<iframe {shown} referrerpolicy="no-referrer-when-downgrade"></iframe>'


@require_safe
@only(*READERS)
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The form as its visitors see it, also while it is switched off; nothing can be sent."""
    form = _find(slug)
    context = {"definition": form, "form": PublicForm(form), "is_preview": True}
    return render(request, "forms/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add(request: HttpRequest) -> HttpResponse:
    """A new form."""
    editor = FormEditor(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not editor.is_valid():
        return _editor(request, editor)
    try:
        made = hosted_forms.create(editor.wanted, by=viewer(request), now=timezone.now())
    except SlugTaken:
        editor.add_error("slug", _("This address is taken."))
        return _editor(request, editor)
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What a form says and asks."""
    form = _find(slug)
    editor = FormEditor(request.POST if request.method == "POST" else None, form=form)
    if request.method != "POST" or not editor.is_valid():
        return _editor(request, editor)
    try:
        seen = editor.cleaned_data["seen"]
        hosted_forms.change(form, editor.wanted, seen=seen, by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        return _conflict(request, editor, _find(slug))
    messages.success(request, _("“%(name)s”: saved.") % {"name": editor.wanted.name})
    return redirect(form)


@require_POST
@only(Role.OPS)
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Show it to the public, or take it off."""
    form = _find(slug)
    hosted_forms.switch(form, is_on=request.POST.get("on") == "yes", by=viewer(request), now=timezone.now())
    return redirect(form)


def _find(slug: str) -> HostedForm:
    return get_object_or_404(HostedForm.objects.select_related("source", "signal_type"), slug=slug)


def _submissions(form: HostedForm, *, before: int | None) -> tuple[list[FormSubmission], bool]:
    """A page of what was sent, the latest first; and whether there is more."""
    sent = form.submissions.select_related("lead__account").order_by("-id")
    found = list((sent.filter(pk__lt=before) if before else sent)[: A_PAGE + 1])
    return found[:A_PAGE], len(found) > A_PAGE


def _editor(request: HttpRequest, editor: FormEditor) -> HttpResponse:
    status = UNPROCESSABLE if editor.is_bound else 200
    return render(request, "revops/form_edit.html", {"form": editor, "hosted": editor.form}, status=status)


def _conflict(request: HttpRequest, editor: FormEditor, form: HostedForm) -> HttpResponse:
    fresh = FormEditor(form=form)
    title = _("Somebody saved “%(name)s” while you were editing.") % {"name": form.name}
    return overtaken(request, editor, fresh, title=title, back=reverse("hosted-form-edit", args=[form.slug]))
