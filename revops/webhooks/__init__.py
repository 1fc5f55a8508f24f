"""The pages of endpoints outside."""
