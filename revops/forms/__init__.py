"""Hosted forms: what the public sees, and their editor."""
