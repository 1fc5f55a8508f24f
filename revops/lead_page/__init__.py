"""The page of one lead: its story, its scores, and what a rep does with it."""
