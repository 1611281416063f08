"""What people and programs do with leads after the loop has placed them: one transaction a call, many leads at once.

Each step answers with `Steps`: who took it, and who could not and why; one that is refused never stops its neighbours.
Rooms meet here as they do in `leadloop.loop`, which this builds on. What every step does is in `taking`; callers see one face.
"""

from leadloop.outcomes.actions import Deal
from leadloop.steps.again import reopen
from leadloop.steps.answering import answer
from leadloop.steps.deals import convert, correct, lose, undo_conversion, win
from leadloop.steps.ends import disqualify, mark_junk, recycle, rewrite
from leadloop.steps.hands import accept, assign, claim, pass_on, qualify, release
from leadloop.steps.taking import By, Steps, by
from leadloop.steps.told import FOLLOW_UP, edit, log, temper
from leadloop.steps.turning_away import reject, returned
from leadloop.steps.undoing import undo

__all__ = [
    "FOLLOW_UP",
    "By",
    "Deal",
    "Steps",
    "accept",
    "answer",
    "assign",
    "by",
    "claim",
    "convert",
    "correct",
    "disqualify",
    "edit",
    "log",
    "lose",
    "mark_junk",
    "pass_on",
    "qualify",
    "recycle",
    "reject",
    "release",
    "reopen",
    "returned",
    "rewrite",
    "temper",
    "undo",
    "undo_conversion",
    "win",
]
