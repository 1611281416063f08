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


class AlreadyTraining(Refused):
    """Training was asked for while it waits or runs."""

    code, message, status = "already_training", "A training is under way already. Its result comes to this page.", 409


class NoChallenger(Refused):
    """A version was to be put in force that cannot be."""

    code, message, status = (
        "no_challenger",
        "Version {version} cannot be put in force: it is in force, or gone. Look at the page again.",
        409,
    )
