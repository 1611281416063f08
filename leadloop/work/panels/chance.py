"""How likely a win is, as the learned model says."""

from leadloop.learning.reading import Chance, chance_of
from leadloop.work.opened import Opened

TEMPLATE = "learning/_chance.html"


def read(opened: Opened) -> Chance | None:
    """None while no model has spoken of the lead. One query, and one for names if there are reasons."""
    return chance_of(opened.standing.pk, stage=opened.standing.stage)
