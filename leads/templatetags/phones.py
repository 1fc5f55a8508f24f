"""Telephone numbers in templates: `{{ lead.phone|phone }}`."""

from __future__ import annotations

from django import template

from leads.domain.phones import readable_phone

register = template.Library()
register.filter("phone", readable_phone)
