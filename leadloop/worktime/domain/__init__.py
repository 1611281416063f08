"""Decisions of working time."""
