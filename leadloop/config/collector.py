"""Python's cycle collector, set for processes that make many short-lived rows."""

import gc

BETWEEN = (100_000, 50, 100)
"""Allocations between collections of the youngest objects, and the multiples for the older ones."""


def relax() -> None:
    """Leave what start-up made out of every later collection, and collect less often.

    A batch of a thousand leads makes some hundred thousand objects that reference counting frees; with the default thresholds the collector
    walked them all again and again, which took a quarter of the batch.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*BETWEEN)
