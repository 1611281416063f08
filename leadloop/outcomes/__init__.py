"""How it ended: dispositions, conversion and its undoing, opportunities."""
