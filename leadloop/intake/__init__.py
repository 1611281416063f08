"""The inbox: every submission lands here once, raw, and gets a verdict."""
