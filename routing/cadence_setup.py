"""Installs the seeded cadences, texts, worn phrases and nurture tracks where there are none (QU-6, QU-16)."""

from __future__ import annotations

from datetime import datetime

from routing import cadence_versions
from routing.domain import cadence_seed
from routing.domain.cadence_seed import SeededTrack
from routing.models import Cadence, MailTemplate, NurtureTrack, WornPhrase


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
        cadence_versions.write(seeded.tier, seeded.draft, templates, by=None, now=now)


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
