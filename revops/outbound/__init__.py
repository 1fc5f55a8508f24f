"""Accounts proposed for outbound calls."""
