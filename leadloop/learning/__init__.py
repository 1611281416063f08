"""Learning: how likely a lead is to be won, from the base's own outcomes. In: decided leads; out: a scorecard with reasons."""
