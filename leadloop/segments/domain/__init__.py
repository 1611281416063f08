"""Decisions of segments."""
