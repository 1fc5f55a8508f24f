"""The form of one routing rule: its name, its place, its conditions built from lists, and its target."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.condition_forms import Conditions
from leads.domain import conditions
from leads.form_fields import whole_number
from routing.assignment import VOCABULARY
from routing.models import Pool, Rep, RoutingRule, Territory
from routing.rulebook import Rule

Target = RoutingRule.Target
OF_ACCOUNT = (
    Target.ACCOUNT_OWNER,
    Target.OPPORTUNITY_OWNER,
    Target.ACCOUNT_WORK_OWNER,
    Target.NOTIFY_CSM,
)


class SeenForm(forms.Form):
    """What somebody looked at: which revision of the draft, and which version routed then."""

    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @classmethod
    def of(cls, data: Any) -> tuple[int, int]:
        """The revision and the version, -1 where they are not told or cannot be read."""
        form = cls(data)
        form.is_valid()
        seen = [form.cleaned_data.get(name) for name in ("revision", "version")]
        return seen[0] if seen[0] is not None else -1, seen[1] if seen[1] is not None else -1


class RuleForm(forms.Form):
    """One rule as an ops admin types it; `rule` is what it says once it is valid."""

    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    target = forms.ChoiceField(
        label=gettext_lazy("Goes to"),
        help_text=gettext_lazy(
            "Whoever is away or at a cap is passed over, and so is the rule where nobody is left."
        ),
        error_messages={"required": gettext_lazy("Choose who receives the lead.")},
    )

    def __init__(self, data: Any = None, *, revision: int, place: int, places: int, **options: Any) -> None:
        self.taken: Collection[str] = options.pop("taken", ())
        rule: Rule | None = options.pop("rule", None)
        rearranged: QueryDict | None = options.pop("rearranged", None)
        self.when = Conditions(
            "when",
            VOCABULARY,
            title=_("When"),
            stored=conditions.kept(rule.when) if rule else (),
            sent=rearranged if data is None else data,
            names={
                "territory": list(Territory.objects.values_list("name", flat=True)),
                "time_zone": available_timezones(),
            },
            blank=1,
        )
        stored = {"revision": revision, "place": place, **_stored(rule), **self.when.initial}
        super().__init__(data, initial=stored | (rearranged.dict() if rearranged else {}))
        self.fields["place"] = whole_number(
            gettext_lazy("Place in the list"),
            1,
            places,
            help_text=gettext_lazy(
                "The first rule that matches, and whose target can receive, gets the lead."
            ),
        )
        target = self.fields["target"]
        if isinstance(target, forms.ChoiceField):
            target.choices = _targets(rule)
        self.fields |= self.when.fields

    @property
    def rule(self) -> Rule:
        """The rule that a valid form describes."""
        given = self.cleaned_data
        kind, _colon, key = given["target"].partition(":")
        return Rule(
            name=given["name"],
            target=kind,
            when=conditions.dump(self._conditions),
            pool=Pool.objects.get(pk=key) if kind in (Target.POOL, Target.LEAST_LOADED) else None,
            rep=Rep.objects.get(pk=key) if kind == Target.REP else None,
        )

    @property
    def group(self) -> dict[str, Any]:
        """The conditions as `includes/_conditions.html` shows them."""
        return {"rows": self.when.rows(self), "add": self.when.add}

    def clean_name(self) -> str:
        """Two rules of one name could not be told apart in an explanation."""
        name: str = self.cleaned_data["name"]
        if name.casefold() in {each.casefold() for each in self.taken}:
            raise forms.ValidationError(_("Another rule has this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        """Every condition that was begun is clear."""
        given = super().clean() or {}
        self._conditions = self.when.read(self)
        return given


def _stored(rule: Rule | None) -> dict[str, Any]:
    """What the form shows of a rule beside its conditions; nothing for a new one."""
    return {"name": rule.name, "target": _target(rule)} if rule else {}


def _target(rule: Rule) -> str:
    """Whom a rule leads to, as one choice: POOL:7, REP:3, ACCOUNT_OWNER."""
    receiver = rule.pool or rule.rep
    return f"{rule.target}:{receiver.pk}" if receiver else rule.target


def _targets(rule: Rule | None) -> list[Any]:
    """Everybody whom a rule may lead to, and whoever it does already."""
    reps = Rep.objects.filter(Q(is_active=True) | Q(pk=rule.rep.pk if rule and rule.rep else 0))
    pools = list(Pool.objects.order_by("name"))
    one = [(f"{Target.REP}:{rep.pk}", str(rep)) for rep in reps.select_related("user").order_by("user__name")]
    return [
        ("", "–"),
        (_("Somebody of the account"), [(each.value, each.label) for each in OF_ACCOUNT]),
        (_("A pool, by turns"), [(f"{Target.POOL}:{pool.pk}", str(pool)) for pool in pools]),
        (
            _("A pool, to whoever has the most room"),
            [(f"{Target.LEAST_LOADED}:{pool.pk}", str(pool)) for pool in pools],
        ),
        (_("One rep"), one),
    ]
