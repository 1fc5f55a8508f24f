"""The pages of senders and their keys."""
