"""The pages of reasons and junk rules."""
