"""The queue of a rep: what waits, why, and what can be done with it."""
