"""The pages of routes, pools and presence."""
