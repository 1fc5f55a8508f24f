"""The forms on which a draft is edited, one for each of its parts."""
