"""Lead, contact, account and the timeline of touches; the facts and criteria that rules read."""
