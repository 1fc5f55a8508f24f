"""What happened: reads everybody, writes only its own tables."""
