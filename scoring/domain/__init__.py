"""The decisions about scores that need only values: no database, no clock, no input or output."""
