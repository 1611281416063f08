"""The pages of people's time."""
