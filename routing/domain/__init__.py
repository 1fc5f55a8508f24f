"""The decisions of routing, pure: values in, values out, with no clock, no database and no Django."""
