"""Who gets the lead: rules, pools, weighted turns, assignments and their deadlines."""
