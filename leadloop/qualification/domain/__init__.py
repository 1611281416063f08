"""Decisions of qualification."""
