"""Decisions about leads: stages, cases, heat, criteria. Pure."""
