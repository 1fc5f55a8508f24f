"""What closed deals say about the weights: computed and shown."""
