"""The public API: signals in, records out, and what is answered when something is wrong."""
