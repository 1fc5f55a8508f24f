"""What is held of one person: shown, handed out, erased."""
