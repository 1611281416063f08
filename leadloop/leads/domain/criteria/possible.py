"""Whether any lead can meet some criteria: a search over what each condition claims. It only says no where it is sure."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations

from leadloop.leads.domain.criteria.catalogue import Field
from leadloop.leads.domain.criteria.claims import Claim, Key, claims, covers, usual
from leadloop.leads.domain.criteria.sets import Possible, Span
from leadloop.leads.domain.criteria.tree import All, AnyOf, Condition, Node, Not, TouchCount

STEPS = 5_000
"""Steps of one search; one that needs more ends with "perhaps"."""

Goal = tuple[Node, bool]
World = dict[Key, Possible]


def can_hold(*trees: Node) -> bool:
    """False where no lead can meet all the trees, whatever it is like. True where one can, or where that is hard to say."""
    return _Search().holds([(tree, True) for tree in trees], {})


def implies(given: Iterable[Node], tree: Node) -> bool:
    """Whether each lead that meets what is given meets the tree as well."""
    return not can_hold(*given, Not(tree))


@dataclass(slots=True)
class _Search:
    steps: int = STEPS

    def holds(self, goals: list[Goal], world: World) -> bool:
        """Whether all goals can be true at once in a world that some claims have made smaller."""
        choices: list[list[Goal]] = []
        later: list[tuple[list[Claim], dict[Key, Field]]] = []
        goals = list(goals)
        while goals:
            self.steps -= 1
            if self.steps < 0:
                return True
            node, wanted = goals.pop()
            match node:
                case Not(part):
                    goals.append((part, not wanted))
                case All(parts) | AnyOf(parts):
                    if isinstance(node, All) == wanted:
                        goals += [(part, wanted) for part in parts]
                    else:
                        choices.append([(part, wanted) for part in parts])
                case Condition() | TouchCount():
                    alternatives, fields = claims(node, holds=wanted), _fields_of(node)
                    if len(alternatives) > 1:
                        later.append((alternatives, fields))
                    elif not alternatives or not (world := _narrowed(world, alternatives[0], fields)):
                        return False
        return self._choose(choices, later, world)

    def _choose(self, choices: list[list[Goal]], later: list[tuple[list[Claim], dict[Key, Field]]], world: World) -> bool:
        """Try what is left to choose, one after the other."""
        self.steps -= 1
        if self.steps < 0:
            return True
        if later:
            (alternatives, fields), *more = later
            return any((made := _narrowed(world, claim, fields)) and self._choose(choices, more, made) for claim in alternatives)
        if not choices:
            return _is_consistent(world)
        first, *others = sorted(choices, key=len)
        rest: list[Goal] = [(_as_node(choice), True) for choice in others]
        return any(self.holds([goal, *rest], world) for goal in first)


def _as_node(choice: list[Goal]) -> Node:
    return AnyOf(tuple(part if wanted else Not(part) for part, wanted in choice))


def _fields_of(node: Condition | TouchCount) -> dict[Key, Field]:
    return {(node.field.name,): node.field} if isinstance(node, Condition) else {}


def _narrowed(world: World, claim: Claim, fields: dict[Key, Field]) -> World:
    """The world with a claim in it; {} where there is nothing left. A world is never empty otherwise."""
    made = dict(world) or {("a lead",): Span(blank=True, pieces=())}
    for key, possible in claim.items():
        known = made.get(key) or usual(key, fields.get(key))
        met = possible if known is None else known.meet(possible)  # type: ignore[arg-type]  # one key, one kind of set
        if met.is_empty:
            return {}
        made[key] = met
    return made


def _is_consistent(world: World) -> bool:
    """A lead cannot have more touches of a kind than of any kind, nor more in a week than in a month."""
    counts = {key: possible for key, possible in world.items() if key[0] == "touches" and isinstance(possible, Span)}
    return not any(
        narrow.least > wide.most and covers(wide_key, key) for (key, narrow), (wide_key, wide) in permutations(counts.items(), 2)
    )
