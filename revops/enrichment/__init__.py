"""The pages of who tells more of companies."""
