"""Same person? Match keys find the lead that a submission belongs to."""
