"""Decisions on who is the same person. Pure."""
