"""Proves the books and tells the story of a lead. In: the tables of all rooms, only read. Out: findings, and one lead's whole history."""
