"""Codes and rules of how leads end. Pure."""
