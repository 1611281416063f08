"""Decisions of routing."""
