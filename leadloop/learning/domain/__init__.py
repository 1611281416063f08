"""What can be learned from decided leads, and what it says of a lead; pure."""
