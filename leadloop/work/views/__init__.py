"""Pages of the desk: the rail, the lead, its steps, news."""
