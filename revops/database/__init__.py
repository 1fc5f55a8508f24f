"""Django's PostgreSQL, whose connection is seen to be alive without a statement."""
