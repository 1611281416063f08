"""Jobs that do what a test tells them."""

from collections.abc import Callable

from django_tasks import task

from leadloop.db.queue import at_death_of

happenings: list[str] = []
during: list[Callable[[], None]] = []


@task()
def remember(word: str) -> str:
    """Does its work once each time it is run; whatever stands in `during` happens while it works."""
    for happening in during:
        happening()
    happenings.append(word)
    return word


@task()
def fail(word: str) -> None:
    happenings.append(word)
    raise RuntimeError(f"no luck with {word}")


@at_death_of(fail)
def mourn(word: str) -> None:
    for happening in during:
        happening()
    happenings.append(f"{word} is dead")
