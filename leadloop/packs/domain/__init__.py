"""What a pack is, and how its files are read. Pure."""
