"""The demo company: half a year of history made by running the pipeline itself with its own clock."""
