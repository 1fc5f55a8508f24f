"""Who comes in: passwords, codes, single sign-on, and guesses counted before they are looked at."""
