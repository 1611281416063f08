"""Cleaning the base: scrubs with preview, and the erasing of people everywhere. In: whom it is about, and why. Out: rows that say so."""
