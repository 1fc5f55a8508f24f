"""The pages of the routing rules: those that route today, earlier versions, two versions beside each other."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads import audit
from leads.access import CONFIGURATION_READERS, only
from leads.models import Role
from leads.viewer import viewer
from routing import rulebook
from routing.forms.rules import SeenForm
from routing.models import Pool, RuleSet
from routing.rule_differences import differences
from routing.rule_words import in_words

VERSIONS_SHOWN, ENTRIES_SHOWN = 20, 10


@require_safe
@only(*CONFIGURATION_READERS)
def rules(request: HttpRequest) -> HttpResponse:
    """The rules that route today, in order."""
    return _list(request, status=200)


@require_safe
@only(*CONFIGURATION_READERS)
def rules_version(request: HttpRequest, version: int) -> HttpResponse:
    """One version as it is or was, and where it differs from today's."""
    rule_set = get_object_or_404(
        RuleSet.objects.kept().select_related("published_by", "created_by"), version=version
    )
    published = RuleSet.objects.published()
    rows = rulebook.rows_of(rule_set)
    context = {
        "rule_set": rule_set,
        "rules": [in_words(row) for row in rows],
        "published": published,
        "differences": differences(rulebook.rows_of(published), rows) if rule_set != published else [],
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "routing/rules_version.html", context)


@require_safe
@only(*CONFIGURATION_READERS)
def compare_rules(request: HttpRequest, version: int, other: int) -> HttpResponse:
    """What `version` changed against `other`, in words."""
    kept = RuleSet.objects.kept()
    before, after = get_object_or_404(kept, version=other), get_object_or_404(kept, version=version)
    context = {
        "before": before,
        "after": after,
        "versions": kept.order_by("-version")[:VERSIONS_SHOWN],
        "differences": differences(rulebook.rows_of(before), rulebook.rows_of(after)),
    }
    return render(request, "routing/rules_compare.html", context)


@require_POST
@only(Role.OPS)
def restore_rules(request: HttpRequest, version: int) -> HttpResponse:
    """Roll back: publish an earlier version's rules again, as the next version."""
    earlier = get_object_or_404(RuleSet.objects.kept().exclude(status=RuleSet.Status.DRAFT), version=version)
    _revision, instead_of = SeenForm.of(request.POST)
    try:
        restored = rulebook.restore(earlier, by=viewer(request), now=timezone.now(), instead_of=instead_of)
    except rulebook.ChangedMeanwhile:
        messages.warning(request, _("Nothing was changed: %(why)s") % {"why": meanwhile()})
        return _list(request, status=409)
    messages.success(request, _("Version %(n)s of the rules routes from now on.") % {"n": restored.version})
    return redirect("rules")


def meanwhile() -> str:
    """Who published last, for whoever looked at the version before."""
    published = RuleSet.objects.select_related("published_by").get(status=RuleSet.Status.PUBLISHED)
    who = published.published_by or _("Somebody")
    return _("%(who)s published version %(n)s of the rules meanwhile.") % {"who": who, "n": published.version}


def _list(request: HttpRequest, *, status: int) -> HttpResponse:
    published = RuleSet.objects.select_related("published_by").get(status=RuleSet.Status.PUBLISHED)
    earlier = RuleSet.objects.filter(status=RuleSet.Status.RETIRED).select_related("published_by")
    context = {
        "rule_set": published,
        "rules": [in_words(row) for row in rulebook.rows_of(published)],
        "fallback": Pool.objects.filter(is_fallback=True).first(),
        "draft": RuleSet.objects.draft(),
        "earlier": earlier.order_by("-version")[:VERSIONS_SHOWN],
        "history": audit.of(rulebook.SUBJECT)[:ENTRIES_SHOWN],
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "routing/rules.html", context, status=status)
