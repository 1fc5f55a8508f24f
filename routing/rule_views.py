"""The pages of the routing rules: the ordered list, one rule, earlier versions; every change is the next version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads.access import CONFIGURATION_READERS, only
from leads.conflict import conflict
from leads.models import Role
from leads.viewer import viewer
from routing import rulebook
from routing.forms.rules import RuleForm, VersionForm
from routing.models import Pool, RoutingRule, RuleSet
from routing.rule_words import in_words

VERSIONS_SHOWN = 20
PLACES = {"up": -1, "down": 1}
UNPROCESSABLE = 422


@require_safe
@only(*CONFIGURATION_READERS)
def rules(request: HttpRequest) -> HttpResponse:
    """The rules that route today, in order."""
    return _list(request, status=200)


@require_safe
@only(*CONFIGURATION_READERS)
def rules_version(request: HttpRequest, version: int) -> HttpResponse:
    """The rules of an earlier version, as they were."""
    rule_set = get_object_or_404(RuleSet.objects.select_related("published_by"), version=version)
    context = {
        "rule_set": rule_set,
        "rules": [in_words(row) for row in rulebook.rows_of(rule_set)],
        "published": RuleSet.objects.published(),
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "routing/rules_version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add_rule(request: HttpRequest) -> HttpResponse:
    """A new rule, at the end of the list unless another place is given."""
    published = RuleSet.objects.published()
    form = _form(request, published, row=None)
    if request.method != "POST" or not form.is_valid():
        return _render_form(request, form, row=None)
    given = form.cleaned_data
    instead_of = published.version if given["version"] is None else given["version"]
    try:
        version = rulebook.add(
            form.rule, place=given["place"], by=viewer(request), now=timezone.now(), instead_of=instead_of
        )
    except rulebook.ChangedMeanwhile:
        return _conflict(request, form)
    return _told(request, version)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Change a rule; its address names the version that the editor looked at."""
    row = get_object_or_404(RoutingRule.objects.select_related("rule_set", "pool", "rep__user"), pk=rule_id)
    if request.method != "POST" and row.rule_set.status != RuleSet.Status.PUBLISHED:
        messages.info(request, _("That rule has been replaced. %(why)s") % {"why": _meanwhile()})
        return redirect("rules")
    form = _form(request, row.rule_set, row=row)
    if request.method != "POST" or not form.is_valid():
        return _render_form(request, form, row=row)
    try:
        version = rulebook.change(
            row, form.rule, place=form.cleaned_data["place"], by=viewer(request), now=timezone.now()
        )
    except rulebook.ChangedMeanwhile:
        return _conflict(request, form)
    return _told(request, version, instead_of=row.rule_set)


@require_POST
@only(Role.OPS)
def move_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One place up or down."""
    row = get_object_or_404(RoutingRule.objects.select_related("rule_set"), pk=rule_id)
    places = PLACES.get(request.POST.get("direction", ""), 0)
    try:
        version = rulebook.move(row, places=places, by=viewer(request), now=timezone.now())
    except rulebook.ChangedMeanwhile:
        return _refused(request)
    return _told(request, version, instead_of=row.rule_set)


@require_POST
@only(Role.OPS)
def remove_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a rule out; the version before can be put back."""
    row = get_object_or_404(RoutingRule.objects.select_related("rule_set"), pk=rule_id)
    try:
        version = rulebook.remove(row, by=viewer(request), now=timezone.now())
    except rulebook.ChangedMeanwhile:
        return _refused(request)
    return _told(request, version)


@require_POST
@only(Role.OPS)
def restore_rules(request: HttpRequest, version: int) -> HttpResponse:
    """Put an earlier version's rules back, as the next version."""
    earlier = get_object_or_404(RuleSet, version=version)
    seen = VersionForm(request.POST)
    instead_of = (seen.cleaned_data["version"] if seen.is_valid() else None) or 0
    try:
        restored = rulebook.restore(earlier, by=viewer(request), now=timezone.now(), instead_of=instead_of)
    except rulebook.ChangedMeanwhile:
        return _refused(request)
    return _told(request, restored)


def _list(request: HttpRequest, *, status: int) -> HttpResponse:
    published = RuleSet.objects.select_related("published_by").get(status=RuleSet.Status.PUBLISHED)
    earlier = RuleSet.objects.filter(status=RuleSet.Status.RETIRED).select_related("published_by")
    context = {
        "rule_set": published,
        "rules": [in_words(row) for row in rulebook.rows_of(published)],
        "fallback": Pool.objects.filter(is_fallback=True).first(),
        "earlier": earlier.order_by("-version")[:VERSIONS_SHOWN],
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "routing/rules.html", context, status=status)


def _form(request: HttpRequest, rule_set: RuleSet, *, row: RoutingRule | None) -> RuleForm:
    """The form of `row`, or of a new rule after the last one."""
    rows = rulebook.rows_of(rule_set)
    others = [each for each in rows if row is None or each.pk != row.pk]
    rule = rulebook.Rule(row.name, row.target, row.when, row.pool, row.rep) if row else None
    place = [each.pk for each in rows].index(row.pk) + 1 if row else len(rows) + 1
    return RuleForm(
        request.POST if request.method == "POST" else None,
        version=rule_set.version,
        place=place,
        places=len(others) + 1,
        rule=rule,
        taken=[each.name for each in others],
    )


def _render_form(request: HttpRequest, form: RuleForm, *, row: RoutingRule | None) -> HttpResponse:
    next_version = RuleSet.objects.order_by("-version").values_list("version", flat=True)[0] + 1
    context = {"form": form, "row": row, "next_version": next_version}
    return render(request, "routing/rules_edit.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _told(request: HttpRequest, version: RuleSet, *, instead_of: RuleSet | None = None) -> HttpResponse:
    if instead_of is not None and version.pk == instead_of.pk:
        messages.info(request, _("Nothing changed, so version %(n)s goes on.") % {"n": version.version})
    else:
        messages.success(
            request, _("Version %(n)s of the rules routes from now on.") % {"n": version.version}
        )
    return redirect("rules")


def _refused(request: HttpRequest) -> HttpResponse:
    """409: the list as it stands now, and that nothing was done."""
    messages.warning(
        request, _("Nothing was changed: %(why)s Here is what routes now.") % {"why": _meanwhile()}
    )
    return _list(request, status=409)


def _conflict(request: HttpRequest, form: RuleForm) -> HttpResponse:
    """409: what was typed beside the rule of that name as it stands now, to be published on top."""
    published = RuleSet.objects.published()
    rows = rulebook.rows_of(published)
    name = form.initial.get("name", form.cleaned_data["name"])
    twin = next((row for row in rows if row.name == name), None)
    return conflict(
        request,
        form,
        stored=_stored(published, rows, twin),
        title=_meanwhile(),
        fresh={"version": published.version},
        action=reverse("rule-edit", args=[twin.pk]) if twin else reverse("rule-add"),
        back=reverse("rules"),
    )


def _stored(published: RuleSet, rows: list[RoutingRule], twin: RoutingRule | None) -> Mapping[str, Any]:
    if twin is None:
        return {}
    rule = rulebook.Rule(twin.name, twin.target, twin.when, twin.pool, twin.rep)
    place = rows.index(twin) + 1
    return RuleForm(version=published.version, place=place, places=len(rows), rule=rule).initial


def _meanwhile() -> str:
    published = RuleSet.objects.select_related("published_by").get(status=RuleSet.Status.PUBLISHED)
    who = published.published_by or _("Somebody")
    return _("%(who)s published version %(n)s of the rules meanwhile.") % {"who": who, "n": published.version}
