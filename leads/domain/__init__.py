"""The decisions about leads that need only values: no database, no clock, no input or output."""
