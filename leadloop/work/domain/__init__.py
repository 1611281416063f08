"""What the desk decides and says, from facts alone."""
