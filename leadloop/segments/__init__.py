"""Saved criteria with their members."""
