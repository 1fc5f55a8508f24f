"""The page of who holds what, and passing it on."""
