"""The pages of what a person is told, and their choices."""
