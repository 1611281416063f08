"""Leads that are not ready, each with the date that brings it back."""
