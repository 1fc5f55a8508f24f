"""What a draft of the scoring model would have done: computed and shown."""
