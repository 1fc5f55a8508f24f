"""Installs the seeded cadences, texts, worn phrases and nurture tracks where there are none (QU-6, QU-16)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from routing.domain import cadence_seed
from routing.domain.cadence_seed import Seeded, SeededTrack
from routing.models import Cadence, CadenceStep, MailTemplate, NurtureTrack, WornPhrase


def install(*, now: datetime) -> None:
    """Whatever of it is missing altogether; what somebody has edited stays as it is."""
    if not Cadence.objects.exists():
        _install_cadences(now=now)
    if not NurtureTrack.objects.exists():
        _install_tracks()


def _install_cadences(*, now: datetime) -> None:
    WornPhrase.objects.bulk_create(
        [WornPhrase(words=words) for words in cadence_seed.WORN], ignore_conflicts=True
    )
    for code, name, text in cadence_seed.TEMPLATES:
        written = {"name": name, "subject": text.subject, "body": text.body}
        MailTemplate.objects.get_or_create(code=code, defaults=written)
    templates = {template.code: template for template in MailTemplate.objects.all()}
    for seeded in cadence_seed.CADENCES:
        _install_cadence(seeded, templates, now=now)


def _install_cadence(seeded: Seeded, templates: Mapping[str, MailTemplate], *, now: datetime) -> None:
    cadence = Cadence.objects.create(
        tier=seeded.tier,
        version=1,
        ends_on_day=seeded.ends_on_day,
        ending=seeded.ending,
        hold_days=seeded.hold_days,
        is_current=True,
        published_at=now,
    )
    CadenceStep.objects.bulk_create(
        [
            CadenceStep(
                cadence=cadence,
                position=position,
                day=step.day,
                channel=step.channel,
                what=step.what,
                template=templates.get(step.template),
            )
            for position, step in enumerate(seeded.steps, start=1)
        ]
    )


def _install_tracks() -> None:
    NurtureTrack.objects.bulk_create(
        [_track(seeded, position) for position, seeded in enumerate(cadence_seed.TRACKS, start=1)]
    )


def _track(seeded: SeededTrack, position: int) -> NurtureTrack:
    rule = seeded.rule
    return NurtureTrack(
        code=rule.code,
        name=seeded.name,
        position=position,
        signal_types=sorted(rule.types),
        at_least=rule.at_least,
        window_days=rule.window_days,
        silent_days=rule.silent_days,
        next_step=seeded.next_step,
        every_days=seeded.every_days,
    )
