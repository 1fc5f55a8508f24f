"""Tells a demo's database from any other by its operations, who are stored with all of the demo or not at all."""

from __future__ import annotations

from leads.models import Account, Lead, Signal, User
from revops.demo.organisation import DOMAIN


def is_a_demo() -> bool:
    """Whether the demo company is here."""
    return User.objects.filter(email=f"ops@{DOMAIN}").exists()


def is_empty() -> bool:
    """Whether nobody works here yet and nothing has come in."""
    return not any(model.objects.exists() for model in (User, Lead, Account, Signal))
