"""Routing: to whom a lead goes, and by when."""
