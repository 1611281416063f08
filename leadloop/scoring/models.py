"""Published rules of scoring."""

from leadloop.db.versions import Versioned


class ScoreModel(Versioned):
    """Points by criteria; see `scoring.domain.scorecard` for the shape of `spec`."""


class Definition(Versioned):
    """What marketing and sales agreed a qualified lead is: words, criteria, the promised deadline, two signatures."""
