"""Files on their way in: their pages, and their rows through the pipeline."""
