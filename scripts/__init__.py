"""What sets a machine up, and what runs the tests and checks on it; nothing in leadloop imports this."""
