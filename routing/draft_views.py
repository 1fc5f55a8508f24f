"""The editor of the rules' draft: add, change, order, remove, compare, publish, discard; nobody is overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads import parameters
from leads.access import only
from leads.concurrent_edits import EditedMeanwhile
from leads.condition_forms import rearranged
from leads.conflict import conflict
from leads.models import Role
from leads.seen_values import seen_values
from leads.viewer import viewer
from routing import drafts, rule_faults, rulebook
from routing.drafts import NotADraft, NotPublishable
from routing.forms.rules import RuleForm, SeenForm
from routing.models import Pool, RoutingRule, RuleSet, Territory
from routing.rule_differences import differences
from routing.rule_views import meanwhile
from routing.rule_words import in_words
from routing.rulebook import ChangedMeanwhile

PLACES = {"up": -1, "down": 1}
UNPROCESSABLE, CONFLICT = 422, 409


@require_POST
@only(Role.OPS)
def start_draft(request: HttpRequest) -> HttpResponse:
    """Copy what routes today into a draft, or open the one there is."""
    drafts.start(by=viewer(request), now=timezone.now())
    return redirect("rules-draft")


@require_safe
@only(Role.OPS)
def draft(request: HttpRequest) -> HttpResponse:
    """The draft in order, what it changes, and what is wrong with it."""
    found = RuleSet.objects.draft()
    return _page(request, found) if found else redirect("rules")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add_rule(request: HttpRequest) -> HttpResponse:
    """A new rule, at the end of the list unless another place is given."""
    found = RuleSet.objects.draft()
    if found is None:
        return _gone(request)
    form = _form(request, found, row=None)
    if not (form.is_bound and form.is_valid()):
        return _render_form(request, form, found)
    given = form.cleaned_data
    revision = found.revision if given["revision"] is None else given["revision"]
    try:
        row = drafts.add(found, form.rule, place=given["place"], revision=revision)
    except (EditedMeanwhile, NotADraft):
        return _conflict(request, form)
    return redirect(_at(row.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Change a rule of the draft."""
    row = _row(rule_id)
    if row is None:
        return _conflict_or_gone(request)
    form = _form(request, row.rule_set, row=row)
    if not (form.is_bound and form.is_valid()):
        return _render_form(request, form, row.rule_set, row=row)
    given = form.cleaned_data
    revision = row.rule_set.revision if given["revision"] is None else given["revision"]
    try:
        drafts.change(row, form.rule, place=given["place"], revision=revision)
    except (EditedMeanwhile, NotADraft):
        return _conflict(request, form, row=row)
    return redirect(_at(row.pk))


@require_POST
@only(Role.OPS)
def move_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One place up or down, or to the place where it was dropped."""
    row = _row(rule_id)
    if row is None:
        return _conflict_or_gone(request)
    revision, _version = SeenForm.of(request.POST)
    place = parameters.number(request.POST.get("place", ""))
    if place is None:
        place = row.position + PLACES.get(request.POST.get("direction", ""), 0)
    try:
        drafts.move(row, place=place, revision=revision)
    except (EditedMeanwhile, NotADraft):
        return _refused(request)
    return redirect(_at(row.pk))


@require_POST
@only(Role.OPS)
def remove_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a rule out of the draft; what routes today still has it."""
    row = _row(rule_id)
    if row is None:
        return _conflict_or_gone(request)
    revision, _version = SeenForm.of(request.POST)
    try:
        drafts.remove(row, revision=revision)
    except (EditedMeanwhile, NotADraft):
        return _refused(request)
    messages.success(request, _("“%(rule)s” is out of the draft.") % {"rule": row.name})
    return redirect("rules-draft")


@require_POST
@only(Role.OPS)
def publish_draft(request: HttpRequest) -> HttpResponse:
    """Let the draft route from now on, unless it or what routes has changed since it was looked at."""
    found = RuleSet.objects.draft()
    if found is None:
        return _gone(request)
    revision, instead_of = SeenForm.of(request.POST)
    user, now = viewer(request), timezone.now()
    try:
        version = drafts.publish(found, by=user, now=now, revision=revision, instead_of=instead_of)
    except NotPublishable:
        return _page(request, found, status=UNPROCESSABLE)
    except ChangedMeanwhile:
        return _overtaken(request, found, instead_of=instead_of)
    except (EditedMeanwhile, NotADraft):
        return _refused(request)
    messages.success(request, _("Version %(n)s of the rules routes from now on.") % {"n": version.version})
    return redirect("rules")


@require_POST
@only(Role.OPS)
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    found = RuleSet.objects.draft()
    if found is None:
        return _gone(request)
    revision, _version = SeenForm.of(request.POST)
    try:
        drafts.discard(found, by=viewer(request), now=timezone.now(), revision=revision)
    except (EditedMeanwhile, NotADraft):
        return _refused(request)
    messages.success(request, _("The draft is gone; what routes has not changed."))
    return redirect("rules")


def _page(request: HttpRequest, found: RuleSet, *, status: int = 200) -> HttpResponse:
    rows = rulebook.rows_of(found)
    published = RuleSet.objects.published()
    faults = rule_faults.faults(rows)
    context = {
        "draft": found,
        "published": published,
        "rules": [in_words(row) for row in rows],
        "fallback": Pool.objects.filter(is_fallback=True).first(),
        "differences": differences(rulebook.rows_of(published), rows),
        "blocking": [fault for fault in faults if fault.blocks],
        "warnings": [fault for fault in faults if not fault.blocks],
    }
    return render(request, "routing/rules_draft.html", context, status=status)


def _row(rule_id: int) -> RoutingRule | None:
    """The rule, as long as it is the draft's."""
    rows = RoutingRule.objects.filter(rule_set__status=RuleSet.Status.DRAFT)
    return rows.select_related("rule_set", "pool", "rep__user").filter(pk=rule_id).first()


def _at(rule_id: int) -> str:
    return f"{reverse('rules-draft')}#rule-{rule_id}"


def _form(request: HttpRequest, found: RuleSet, *, row: RoutingRule | None) -> RuleForm:
    """The form of `row`, or of a new rule after the last one; as it was sent, or with a condition more or less."""
    change = request.POST.get("change")
    rows = rulebook.rows_of(found)
    others = [each for each in rows if row is None or each.pk != row.pk]
    return RuleForm(
        request.POST if request.method == "POST" and change is None else None,
        rearranged=rearranged(request.POST, change) if change is not None else None,
        revision=found.revision,
        place=row.position if row else len(rows) + 1,
        places=len(others) + 1,
        rule=rulebook.rule_of(row) if row else None,
        taken=[each.name for each in others],
    )


def _render_form(
    request: HttpRequest, form: RuleForm, found: RuleSet, *, row: RoutingRule | None = None
) -> HttpResponse:
    values = {**seen_values(), "territory": [(name, name) for name in _territories()]}
    context = {"form": form, "row": row, "draft": found, "values": values}
    return render(request, "routing/rules_edit.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _territories() -> list[str]:
    return list(Territory.objects.order_by("name").values_list("name", flat=True))


def _refused(request: HttpRequest) -> HttpResponse:
    """409: the draft as it stands now, and that nothing was done."""
    found = RuleSet.objects.draft()
    if found is None:
        return _gone(request)
    messages.warning(
        request,
        _("Nothing was changed: somebody edited the draft since you looked. Here is what it says now."),
    )
    return _page(request, found, status=CONFLICT)


def _conflict_or_gone(request: HttpRequest) -> HttpResponse:
    """The rule is not in the draft any more: nothing is done, and the draft is shown as it stands."""
    return _refused(request) if request.method == "POST" else _gone(request)


def _gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("That is not in a draft any more: it was published, removed or discarded."))
    return redirect("rules-draft" if RuleSet.objects.draft() else "rules")


def _overtaken(request: HttpRequest, found: RuleSet, *, instead_of: int) -> HttpResponse:
    """409: another version routes by now; both beside each other, to publish on top or to go back."""
    published = RuleSet.objects.published()
    known = RuleSet.objects.filter(version=instead_of).first()
    now_routing = rulebook.rows_of(published)
    context = {
        "draft": found,
        "published": published,
        "title": meanwhile(),
        "theirs": differences(rulebook.rows_of(known), now_routing) if known else [],
        "mine": differences(now_routing, rulebook.rows_of(found)),
    }
    return render(request, "routing/rules_overtaken.html", context, status=CONFLICT)


def _conflict(request: HttpRequest, form: RuleForm, *, row: RoutingRule | None = None) -> HttpResponse:
    """409: what was typed beside the rule as it stands now, to be saved on top."""
    found = RuleSet.objects.draft()
    rows: Sequence[RoutingRule] = rulebook.rows_of(found) if found else []
    name = form.initial.get("name", form.cleaned_data["name"])
    twin = next((each for each in rows if (row is not None and each.pk == row.pk) or each.name == name), None)
    return conflict(
        request,
        form,
        stored=_stored(twin, len(rows)),
        title=_("Somebody changed the draft while you were editing.")
        if found
        else _("The draft was published or discarded while you were editing."),
        fresh={"revision": found.revision} if found else None,
        action=reverse("rule-edit", args=[twin.pk]) if twin else reverse("rule-add"),
        back=reverse("rules-draft"),
    )


def _stored(twin: RoutingRule | None, places: int) -> Mapping[str, Any]:
    if twin is None:
        return {}
    return RuleForm(revision=0, place=twin.position, places=places, rule=rulebook.rule_of(twin)).initial
