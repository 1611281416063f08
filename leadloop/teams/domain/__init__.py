"""Decisions of teams."""
