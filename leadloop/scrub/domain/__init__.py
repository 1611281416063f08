"""What a scrub asks for, and what of a touch outlives the person. Pure."""
