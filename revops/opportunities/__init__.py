"""The pages of deals, and the lists that operations keeps for them."""
