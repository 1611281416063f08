"""A simulated month of 20 people and 10,000 leads, one policy after the other, in a process of its own."""

import json
import sys
import time

from leadloop.simulation.domain.compare import run_once
from leadloop.simulation.domain.policies import PRESETS
from leadloop.simulation.domain.world import default_world

PEOPLE, LEADS, DAYS = 20, 10_000, 30.0


def measure(leads: int) -> dict[str, float]:
    """Seconds of the slowest policy, and of all of them together, with the weeks before and after that are simulated too."""
    world = default_world(leads=leads, people=PEOPLE, days=DAYS)
    times = []
    for policy in PRESETS.values():
        begun = time.perf_counter()
        run_once(world, policy, 1)
        times.append(time.perf_counter() - begun)
    return {"leads": leads, "slowest": max(times), "all": sum(times), "policies": len(times)}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else LEADS)))
