"""What the navigation holds, and for whom."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, get_resolver, get_script_prefix, get_urlconf, reverse

EVERYBODY = frozenset({"rep", "marketer", "manager", "admin"})
OPERATIONS = frozenset({"marketer", "manager", "admin"})
MANAGERS = frozenset({"manager", "admin"})


@dataclass(frozen=True)
class Place:
    """One link: the name of its url, its words, its icon, the key that follows `g`, and the roles that see it."""

    url_name: str
    label: str
    icon: str
    key: str = ""
    roles: frozenset[str] = EVERYBODY
    short: str = ""


@dataclass(frozen=True)
class Group:
    """Places under one title; with an icon they are folded away until somebody opens the group or is in one of them."""

    title: str
    places: tuple[Place, ...]
    icon: str = ""


@dataclass(frozen=True)
class Link:
    """A place that exists and may be seen, with its address."""

    url: str
    label: str
    icon: str
    key: str
    short: str
    current: bool = False


@dataclass(frozen=True)
class LinkGroup:
    title: str
    links: tuple[Link, ...] = ()
    icon: str = ""

    @property
    def current(self) -> bool:
        return any(link.current for link in self.links)


GROUPS = (
    Group(
        "",
        (
            Place("work:rail", "Rail", icon="layout-kanban", key="r"),
            Place("work:leads", "Leads", icon="users", key="l"),
            Place("work:opportunities", "Opportunities", icon="target-arrow", key="o", short="Deals"),
            Place("work:accounts", "Accounts", icon="building", key="a"),
            Place("work:contacts", "Contacts", icon="address-book", key="c"),
        ),
    ),
    Group(
        "Measure",
        (
            Place("analytics:funnel", "Funnel", icon="filter", key="f", roles=OPERATIONS),
            Place("analytics:speed", "Speed", icon="stopwatch", key="v", roles=OPERATIONS),
            Place("analytics:people", "Team", icon="chart-bar", key="e", roles=OPERATIONS),
            Place("analytics:agreement", "Verdicts", icon="thumb-up", key="j", roles=OPERATIONS),
            Place("simulation:simulations", "Push or pull", icon="arrows-exchange", roles=MANAGERS),
        ),
    ),
    Group(
        "Rules",
        (
            Place("scoring:models", "Score", icon="gauge", key="s", roles=OPERATIONS),
            Place("scoring:temperature", "Temperature", icon="temperature", key="t", roles=OPERATIONS),
            Place("scoring:agreement", "Agreement", icon="contract", key="d"),
            Place("qualification:frameworks", "Qualification", icon="list-check", key="y", roles=OPERATIONS),
            Place("segments:segments", "Segments", icon="chart-pie", key="m", roles=OPERATIONS),
            Place("learning:overview", "Learning", icon="school", key="n", roles=OPERATIONS),
            Place("routing:routes", "Routes", icon="route", key="u", roles=OPERATIONS),
        ),
    ),
    Group(
        "Capture",
        (
            Place("capture:imports", "Imports", icon="file-import", key="i", roles=OPERATIONS),
            Place("capture:forms", "Forms", icon="forms", key="w", roles=OPERATIONS),
            Place("capture:sources", "Sources", icon="plug-connected", key="q", roles=OPERATIONS),
            Place("work:junk", "Junk review", icon="trash-x", key="x", roles=OPERATIONS),
            Place("outcomes:junk_rules", "Junk rules", icon="trash", key="z", roles=OPERATIONS),
        ),
        icon="inbox",
    ),
    Group(
        "Settings",
        (
            Place("fieldbook:fields", "Fields", icon="list-details", key="b", roles=OPERATIONS),
            Place("packs:packs", "Packs", icon="packages", roles=MANAGERS),
            Place("outcomes:reasons", "Reasons", icon="tags", key="h", roles=MANAGERS),
            Place("scrub:scrubs", "Scrub", icon="eraser", key="g", roles=MANAGERS),
            Place("teams:people", "People", icon="users-group", key="p", roles=MANAGERS),
            Place("worktime:working_time", "Working time", icon="calendar-time", roles=MANAGERS),
            Place("capture:keys", "Keys", icon="key", key="k", roles=MANAGERS),
        ),
        icon="settings",
    ),
)


def address_of(url_name: str) -> str:
    """The address of a url without arguments, or "" while its room has none."""
    return _address((get_resolver(get_urlconf()), get_script_prefix()), url_name)


@lru_cache(maxsize=512)
def _address(_where: Hashable, url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def links_for(role: str, *, path: str) -> tuple[LinkGroup, ...]:
    """Every place that exists and that `role` may see; the longest address that `path` starts with is the current one."""
    found = [(group, [(place, address) for place, address in _addresses(group, role) if address]) for group in GROUPS]
    current = max((url for _, places in found for _, url in places if _within(path, url)), key=len, default="")
    return tuple(
        LinkGroup(group.title, tuple(_link(place, url, current) for place, url in places), group.icon) for group, places in found if places
    )


def _link(place: Place, url: str, current: str) -> Link:
    return Link(url, place.label, place.icon, place.key, place.short or place.label, url == current)


def _addresses(group: Group, role: str) -> Iterator[tuple[Place, str]]:
    return ((place, address_of(place.url_name)) for place in group.places if role in place.roles)


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url if url.endswith("/") else f"{url}/"))
