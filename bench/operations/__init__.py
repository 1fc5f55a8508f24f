"""What is measured: each module one part of Baton beside the least that the machine needs for the same."""
