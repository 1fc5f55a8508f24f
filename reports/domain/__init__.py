"""Pure figures behind the reports."""
