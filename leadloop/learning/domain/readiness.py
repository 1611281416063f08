"""Whether there are enough outcomes to learn from, and what is missing if not."""

from typing import NamedTuple

LEAST_WON, LEAST_LOST, LEAST_DECIDED = 50, 50, 200
"""Below this a model is refused: at 50 of a kind the AUC of a test third is known to +-0.1 at best, and boosting learns chance by heart.

With 200 decided leads the trained pipeline is as good as naive Bayes or better (docs/decisions); below, naive Bayes is what stands in."""


class Readiness(NamedTuple):
    """How many leads ended how, and what is still needed."""

    won: int
    lost: int

    @property
    def decided(self) -> int:
        return self.won + self.lost

    @property
    def more_won(self) -> int:
        return max(0, LEAST_WON - self.won)

    @property
    def more_lost(self) -> int:
        return max(0, LEAST_LOST - self.lost)

    @property
    def more_decided(self) -> int:
        return max(0, LEAST_DECIDED - self.decided)

    @property
    def is_enough(self) -> bool:
        return not (self.more_won or self.more_lost or self.more_decided)

    @property
    def is_enough_to_count(self) -> bool:
        """Enough for naive Bayes: something of each kind."""
        return self.won > 0 and self.lost > 0

    @property
    def says(self) -> str:
        """What is missing, in a sentence; empty if nothing is."""
        wanted = [(self.more_won, "won"), (self.more_lost, "lost")]
        parts = [
            f"{count} more {'lead' if count == 1 else 'leads'} that {'is' if count == 1 else 'are'} {what}"
            for count, what in wanted
            if count
        ]
        if not parts and self.more_decided:
            parts = [f"{self.more_decided} more decided leads"]
        return f"{' and '.join(parts)} needed".capitalize() if parts else ""
