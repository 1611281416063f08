"""Leadloop: lead management in one loop. Read `loop.py` first."""

__version__ = "0.1.0"
