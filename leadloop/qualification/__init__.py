"""What sales says of the leads that marketing hands over. In: steps and answers. Out: verdicts, the gate's book, answers for rules."""
