"""The pages of the score and of the definition of a qualified lead."""
