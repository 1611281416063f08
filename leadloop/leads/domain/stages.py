"""Where a lead stands, from the first word to the end."""

from enum import StrEnum


class Stage(StrEnum):
    NEW = "new"
    MQL = "mql"
    WORKING = "working"  # accepted by the rep who has it
    SQL = "sql"
    CONVERTED = "converted"  # an opportunity is open
    WON = "won"
    LOST = "lost"
    NURTURE = "nurture"
    DISQUALIFIED = "disqualified"
    JUNK = "junk"


OPEN = (Stage.NEW, Stage.MQL, Stage.WORKING, Stage.SQL)
"""Somebody in sales has to act."""

RESTING = (Stage.NURTURE, Stage.DISQUALIFIED, Stage.LOST)
"""Nobody has to act, and a new inquiry wakes the lead."""

SOLD = (Stage.CONVERTED, Stage.WON)
"""An opportunity exists; a new inquiry is news for its owner."""

LABELS = {
    Stage.NEW: "New",
    Stage.MQL: "Marketing qualified",
    Stage.WORKING: "Working",
    Stage.SQL: "Sales qualified",
    Stage.CONVERTED: "Opportunity",
    Stage.WON: "Won",
    Stage.LOST: "Lost",
    Stage.NURTURE: "Nurture",
    Stage.DISQUALIFIED: "Disqualified",
    Stage.JUNK: "Junk",
}
CHOICES = [(stage.value, label) for stage, label in LABELS.items()]
