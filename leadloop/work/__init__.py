"""The rep's desk: the rail, the lead page, tasks, lists and their saved views."""
