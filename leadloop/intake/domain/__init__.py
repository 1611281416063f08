"""A raw payload becomes an Inquiry: pure reading, nothing refused."""
