"""The forms on which routing and service levels are configured."""
