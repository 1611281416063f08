"""`leadloop pack`: list, show, install and remove packs of a trade."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from leadloop.db.clock import utc_now
from leadloop.management.verb import Verb
from leadloop.packs import actions, shown
from leadloop.packs.domain.format import Pack
from leadloop.packs.models import Installed
from leadloop.packs.parts.every import PARTS
from leadloop.packs.planning import SAMPLE, Farewell, farewell, preview
from leadloop.packs.shelf import pack_called, shelf
from leadloop.teams.models import User

MARKS = {"make": "+", "ours": "=", "theirs": "·", "blocked": "!"}


class Command(Verb):
    help = "List packs of a trade, show what one would make, install or remove it. Rules come as drafts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        self.add_json(verbs.add_parser("list", help="every pack there is"))
        for verb, says in (
            ("show", "what installing would make here, or removing would take"),
            ("install", "make what is missing"),
            ("remove", "take away what nobody changed or uses"),
        ):
            part = verbs.add_parser(verb, help=says)
            part.add_argument("name", metavar="NAME")
            if verb == "install":
                part.add_argument(
                    "--without", action="append", default=[], metavar="KIND", help=f"leave out: {', '.join((*PARTS, SAMPLE))}"
                )
            if verb in ("show", "install"):
                part.add_argument("--as", dest="email", default="", metavar="EMAIL", help="whose drafts and views they are")
            if verb == "remove":
                part.add_argument("--only-sample", action="store_true", help="take the sample leads only")
            self.add_json(part)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        told = getattr(self, f"_{verb}")(**options)
        if json:
            self.write_json(told["json"])
        else:
            self.stdout.write("\n".join(told["lines"]))

    def _list(self, **_options: Any) -> dict[str, Any]:
        packs, broken = shelf()
        here = {one.name: shown.state_of(one) for one in Installed.objects.all()}
        width = max((len(pack.name) for pack in packs), default=0)
        lines = [f"{pack.name:<{width}}  {here.get(pack.name) or '-':<9}  {pack.summary}" for pack in packs]
        lines += [f"{one.name:<{width}}  broken     {one.reason}" for one in broken]
        rows = [
            {
                "name": pack.name,
                "title": pack.title,
                "version": pack.version,
                "state": here.get(pack.name, ""),
                "contents": shown.contents(pack),
            }
            for pack in packs
        ]
        return {"json": {"packs": rows, "broken": [{"name": one.name, "reason": one.reason} for one in broken]}, "lines": lines}

    def _show(self, *, name: str, email: str, **_options: Any) -> dict[str, Any]:
        pack = pack_called(name)
        groups = preview(pack, author=_person(email), now=utc_now())
        rows = [
            {"kind": group.kind, "name": item.key, "title": item.title, "state": item.state, "note": item.note}
            for group in groups
            for item in group.items
        ]
        lines = [f"{pack.title} {pack.version}: {', '.join(shown.contents(pack))}.", ""]
        lines += [f"{MARKS[row['state']]} {row['kind']:<10}  {row['title']}{_because(row['note'])}" for row in rows]
        told: dict[str, Any] = {"name": name, "title": pack.title, "version": pack.version, "things": rows, "unknown": list(pack.unknown)}
        lines += ["", "+ would be made   = made by this pack   · there already, left   ! cannot be made here"]
        lines += [f"Left alone, because this version does not know it: {kind}" for kind in pack.unknown]
        installed = Installed.objects.filter(name=name).first()
        if installed:
            told["removal"] = _farewell(farewell(installed))
            lines += [f"Removing would leave {one['title']}. {one['stays']}" for one in told["removal"]["stays"]]
        return {"json": told, "lines": lines}

    def _install(self, *, name: str, email: str, without: list[str], **_options: Any) -> dict[str, Any]:
        pack, known = pack_called(name), (*PARTS, SAMPLE)
        if strange := sorted(set(without) - set(known)):
            raise CommandError(f"There is no kind called {strange[0]}; there are {', '.join(known)}.")
        result = actions.install(pack, author=_person(email), now=utc_now(), without=without)
        left = [{"kind": item.kind, "name": item.key, "why": item.note} for item in result.left]
        made = f"{len(result.made)} thing{'' if len(result.made) == 1 else 's'}"
        lines = [f"{pack.title} is installed: {made} made, {len(left)} left as they are."]
        lines += [f"left {one['kind']} {one['name']}{_because(one['why'])}" for one in left]
        return {"json": {"made": [made.stored() for made in result.made], "left": left}, "lines": [*lines, *_next(pack)]}

    def _remove(self, *, name: str, only_sample: bool, **_options: Any) -> dict[str, Any]:
        found = actions.remove_sample(name) if only_sample else actions.remove(name, now=utc_now())
        told = _farewell(found, only_sample=only_sample)
        lines = [f"Gone: {len(told['gone'])}. Staying: {len(told['stays'])}."]
        return {"json": told, "lines": [*lines, *(f"{one['kind']} {one['title']} stays. {one['stays']}" for one in told["stays"])]}


def _farewell(found: Farewell, *, only_sample: bool = False) -> dict[str, Any]:
    goes, stays = shown.farewell_rows([one for one in found.things if not only_sample or one.made.kind == SAMPLE])
    return {"gone": goes, "stays": stays}


def _next(pack: Pack) -> list[str]:
    steps = shown.next_steps(Installed.objects.filter(name=pack.name).first())
    return [f"next: {step['label'].lower()} at {step['url']}" for step in steps]


def _person(email: str) -> User | None:
    """Whose the drafts and views are: who was named, else the first administrator or manager; nobody on an install without people."""
    people = User.objects.filter(is_active=True)
    if email:
        person = people.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"Nobody signs in with {email}.")
        return person
    return people.filter(role__in=("admin", "manager")).order_by("role", "pk").first()  # "admin" comes first


def _because(note: str) -> str:
    return f" ({note.rstrip('.')})" if note else ""
