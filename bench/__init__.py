"""Measures how fast Baton is beside what the same machine can do at most, in the same run."""
