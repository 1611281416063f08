"""What the timeline and the fields refuse."""

from leadloop.kernel.errors import Conflict, Refused


class StaleLead(Conflict):
    """The version that the caller saw is not the stored one any more."""

    code, message = "stale_lead", "Somebody changed this lead in the meantime. Look again and repeat."


class NotUndoable(Conflict):
    """The last thing that happened to the lead cannot be taken back: another thing, too long ago, or nothing that can be undone."""

    code, message = "not_undoable", "This cannot be undone: {why}."


class FieldInvalid(Refused):
    """A declaration of a field does not stand."""

    code, message = "field_invalid", "This field cannot be declared. {problems}"


class FieldClash(Conflict):
    """A name is taken by a field of another type."""

    code, message = "field_clash", "There is already a field called {name}: {kind}. Take another name."


class FieldInUse(Conflict):
    """A published rule reads the field."""

    code, message = "field_in_use", "Published rules read {names}: {rules}. Change them first."
