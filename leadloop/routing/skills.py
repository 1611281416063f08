"""What people can do and which languages they speak, as routes ask for it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from leadloop.db import bulk
from leadloop.routing.models import Skill
from leadloop.teams.models import User

MOST = 30
LONGEST = 60


def skills_of(people: Iterable[User]) -> dict[int, dict[str, list[str]]]:
    """By person: names of skills and of languages. One query."""
    found: dict[int, dict[str, list[str]]] = {person.pk: {"skill": [], "language": []} for person in people}
    for person, kind, name in Skill.objects.filter(person__in=found).order_by("name").values_list("person_id", "kind", "name"):
        found[person][kind].append(name)
    return found


def set_skills(person: User, *, skills: Iterable[str], languages: Iterable[str]) -> None:
    """These and no others; the same name in other letters counts once. Holds the loop's lock, so that no batch sees half of it."""
    wanted: dict[tuple[Any, str], str] = {}
    for kind, names in ((Skill.Kind.SKILL, skills), (Skill.Kind.LANGUAGE, languages)):
        for name in names:
            wanted.setdefault((kind, name.casefold()), name)
    with transaction.atomic():
        bulk.lock_loop()
        Skill.objects.filter(person=person).delete()
        Skill.objects.bulk_create(Skill(person=person, kind=kind, name=name) for (kind, _), name in wanted.items())
