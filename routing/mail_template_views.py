"""The pages of the mail templates and of the phrases that none of them may use (QU-6)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from leads.access import only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.models import Role
from leads.viewer import viewer
from routing import mail_templates
from routing.domain import mail_text
from routing.mail_templates import TemplateRefused
from routing.models import MailTemplate


class TemplateForm(forms.Form):
    """A subject and a text with slots."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    body = forms.CharField(label=gettext_lazy("Text"), max_length=5000, widget=forms.Textarea)

    def __init__(self, data: Any = None, *, template: MailTemplate | None = None) -> None:
        stored = mail_templates.values_of(template) if template else {}
        edition = mail_templates.edition_of(template) if template else ""
        super().__init__(data, initial={**stored, "seen": edition})

    @property
    def values(self) -> dict[str, str]:
        """What a valid form says."""
        return {name: self.cleaned_data[name] for name in ("name", "subject", "body")}


class PhrasesForm(forms.Form):
    """One phrase a line."""

    phrases = forms.CharField(
        label=gettext_lazy("What no template may say"),
        required=False,
        max_length=8000,
        widget=forms.Textarea,
        help_text=gettext_lazy(
            "One phrase a line. Texts that are stored already stay; they are checked when edited."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add_template(request: HttpRequest) -> HttpResponse:
    """A new text."""
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    try:
        made = mail_templates.add(form.values, by=viewer(request), now=timezone.now())
    except TemplateRefused as refused:
        return _refused(request, form, refused)
    messages.success(request, _("“%(name)s” can be chosen in cadences.") % {"name": made})
    return redirect("cadences")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """One text; tasks that are open already are written with the new one."""
    template = get_object_or_404(MailTemplate, pk=template_id)
    form = TemplateForm(request.POST if request.method == "POST" else None, template=template)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, template)
    seen = form.cleaned_data["seen"]
    try:
        mail_templates.edit(template, form.values, seen=seen, by=viewer(request), now=timezone.now())
    except TemplateRefused as refused:
        return _refused(request, form, refused, template=template)
    except EditedMeanwhile:
        return _conflict(request, form, template)
    messages.success(request, _("“%(name)s”: saved.") % {"name": form.values["name"]})
    return redirect("cadences")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def worn_phrases(request: HttpRequest) -> HttpResponse:
    """What merely follows up, and so is refused."""
    if request.method == "POST":
        form = PhrasesForm(request.POST)
        if form.is_valid():
            lines = [line[:80] for line in form.cleaned_data["phrases"].splitlines()]
            mail_templates.set_worn_phrases(lines, by=viewer(request), now=timezone.now())
            messages.success(request, _("Saved: no template may say these from now on."))
            return redirect("cadences")
    else:
        form = PhrasesForm(initial={"phrases": "\n".join(mail_templates.worn_phrases())})
    context: dict[str, Any] = {"form": form, "template": None, "known": {}, "title": _("Worn phrases")}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "routing/mail_template_edit.html", context, status=status)


def _page(request: HttpRequest, form: TemplateForm, template: MailTemplate | None = None) -> HttpResponse:
    title = str(template) if template else _("Add a template")
    context = {"form": form, "template": template, "known": mail_text.KNOWN, "title": title}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "routing/mail_template_edit.html", context, status=status)


def _refused(
    request: HttpRequest,
    form: TemplateForm,
    refused: TemplateRefused,
    *,
    template: MailTemplate | None = None,
) -> HttpResponse:
    for fault in refused.faults:
        form.add_error("body", fault)
    return _page(request, form, template)


def _conflict(request: HttpRequest, form: TemplateForm, template: MailTemplate) -> HttpResponse:
    fresh = TemplateForm(template=MailTemplate.objects.get(pk=template.pk))
    title = _("Somebody saved “%(name)s” while you were editing.") % {"name": fresh.initial["name"]}
    return overtaken(
        request, form, fresh, title=title, back=reverse("mail-template-edit", args=[template.pk])
    )
