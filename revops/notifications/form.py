"""What a person chooses on their settings page: channels of each kind of news, and hours without mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.domain.notices import MUST_ARRIVE, Channel, Kind
from leads.notices import Wishes
from revops.notifications.words import CHANNELS, WORDS


@dataclass(frozen=True)
class Row:
    """One kind of news with a box for each channel."""

    label: Any
    when: Any
    boxes: tuple[forms.BoundField, ...]
    must_arrive: bool


class NoticeForm(forms.Form):
    """A box for each kind and channel; what must arrive cannot be unticked in the app."""

    quiet_from = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, data: Any = None, *, wishes: Wishes, kinds: tuple[Kind, ...]) -> None:
        super().__init__(data, label_suffix="")
        self.kinds = kinds
        self.channels = tuple(c for c in Channel if c is not Channel.WEBHOOK or wishes.endpoint_id)
        for kind in kinds:
            chosen = wishes.channels(kind)
            for channel in self.channels:
                self.fields[f"{kind}-{channel}"] = _box(kind, channel, is_on=channel in chosen)
        self.fields["quiet_from"].initial = wishes.quiet_from
        self.fields["quiet_until"].initial = wishes.quiet_until

    def clean(self) -> dict[str, Any]:
        """Quiet hours have a beginning and an end, or there are none."""
        values: dict[str, Any] = super().clean() or {}
        given = [values.get("quiet_from"), values.get("quiet_until")]
        if "quiet_from" in values and "quiet_until" in values and given.count(None) == 1:
            missing = "quiet_from" if given[0] is None else "quiet_until"
            self.add_error(missing, _("Give both times, or leave both empty."))
        if None not in given and given[0] == given[1]:
            self.add_error("quiet_until", _("Choose another time than the one they begin at."))
        return values

    @property
    def chosen(self) -> dict[Kind, list[Channel]]:
        """The ticked channels of each kind."""
        return {
            kind: [channel for channel in self.channels if self.cleaned_data[f"{kind}-{channel}"]]
            for kind in self.kinds
        }

    def heads(self) -> list[Any]:
        """What stands over the boxes."""
        return [CHANNELS[channel] for channel in self.channels]

    def rows(self) -> Iterator[Row]:
        """The table, a kind of news a row."""
        for kind in self.kinds:
            boxes = tuple(self[f"{kind}-{channel}"] for channel in self.channels)
            yield Row(WORDS[kind].label, WORDS[kind].when, boxes, kind in MUST_ARRIVE)


def _box(kind: Kind, channel: Channel, *, is_on: bool) -> forms.BooleanField:
    return forms.BooleanField(
        label=f"{WORDS[kind].label}: {CHANNELS[channel]}",
        required=False,
        initial=is_on,
        disabled=channel is Channel.IN_APP and kind in MUST_ARRIVE,
    )
