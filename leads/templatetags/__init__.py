"""What templates may ask of the code."""
