"""All policies over all seeds: figures with intervals, and differences from the first policy, seed by seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from leadloop.simulation.domain.demand import arrivals
from leadloop.simulation.domain.floor import Floor
from leadloop.simulation.domain.intervals import Interval, over, ratio
from leadloop.simulation.domain.measures import Measured, measure
from leadloop.simulation.domain.policies import Policy
from leadloop.simulation.domain.world import World

FIGURES = ("followed", "within", "median", "p90", "waiting", "reached", "won", "load", "fairness")
Tell = Callable[[str, float], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One policy. `gains` are differences from the first policy; `won_ratio` is how many times its closing."""

    policy: Policy
    figures: dict[str, Interval]
    gains: dict[str, Interval]
    won_ratio: Interval | None
    won: tuple[float, ...]  # by seed, so that any two policies can be compared
    people: tuple[float, ...]  # leads begun by each, mean over seeds
    busy: tuple[float, ...]  # busy share of each, mean over seeds


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a simulation found."""

    lines: tuple[Line, ...]
    seeds: tuple[int, ...]
    leads: float  # measured, mean over seeds


def silent(says: str, share: float) -> None:
    """For callers whom progress does not interest."""
    del says, share


def run_once(world: World, policy: Policy, seed: int) -> Measured:
    """One policy under one seed."""
    floor = Floor(world, policy, arrivals(world, seed), seed)
    floor.run()
    return measure(floor)


def compare(world: World, policies: Sequence[Policy], seeds: Sequence[int], *, tell: Tell = silent) -> Comparison:
    """Every policy under every seed; the same seed means the same leads, the same absences and the same luck."""
    found: dict[str, list[Measured]] = {policy.name: [] for policy in policies}
    for place, seed in enumerate(seeds):
        came = arrivals(world, seed)
        for number, policy in enumerate(policies):
            tell(f"Seed {place + 1} of {len(seeds)}: {policy.title}", (place + number / len(policies)) / len(seeds))
            floor = Floor(world, policy, came, seed)
            floor.run()
            found[policy.name].append(measure(floor))
    base = found[policies[0].name]
    lines = tuple(_line(policy, found[policy.name], base) for policy in policies)
    return Comparison(lines, tuple(seeds), sum(one.leads for one in base) / len(base))


def _line(policy: Policy, runs: Sequence[Measured], base: Sequence[Measured]) -> Line:
    values = {name: [float(getattr(run, name)) for run in runs] for name in FIGURES}
    others = {name: [float(getattr(run, name)) for run in base] for name in FIGURES}
    return Line(
        policy,
        {name: _inside(name, over(values[name])) for name in FIGURES},
        {name: over([mine - other for mine, other in zip(values[name], others[name], strict=True)]) for name in FIGURES},
        ratio(values["won"], others["won"]),
        tuple(values["won"]),
        _means([run.taken for run in runs]),
        _means([run.busy for run in runs]),
    )


def _inside(name: str, value: Interval) -> Interval:
    """Ends that cannot be are left out: no wait is below zero, no share above one."""
    top = inf if name in ("median", "p90", "waiting") else 1.0
    return Interval(value.mean, max(0.0, value.low), min(top, value.high))


def _means(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    return tuple(round(sum(column) / len(rows), 6) for column in zip(*rows, strict=True))
