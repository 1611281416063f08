"""What learning refuses."""

from leadloop.kernel.errors import Refused, Unavailable


class ExtraMissing(Refused):
    """Training was asked for on an install without scikit-learn and interpret."""

    code, status = "learning_not_installed", 409
    message = "This install has no training: it needs the extra `learning` (pip install leadloop[learning]). Naive Bayes works without it."


class TrainingFailed(Unavailable):
    """The process that trains ended without a result."""

    code, message = "training_failed", "Training ended without a result: {problem}"


class UnreadableTable(Refused):
    """A file cannot be learned from."""

    code, message = "unreadable_table", "{problem}"
