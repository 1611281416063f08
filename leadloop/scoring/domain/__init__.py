"""Decisions of scoring."""
