"""How fast each sender may ask at the doors: people by their address at the forms, programs by their key at the API."""

from ipaddress import IPv6Address, ip_address
from time import monotonic

from django.conf import settings

from leadloop.capture.models import ApiKey
from leadloop.web.pace import Pace
from leadloop.web.problems import Problem

POSTS = Pace(settings.FORM_POSTS_PER_MINUTE)
CALLS = Pace(settings.KEY_CALLS_PER_MINUTE)
TOO_MANY = "too_many_requests"
"""The reason that is counted, and the code of the problem."""
HOME_BITS = 64  # of an IPv6 address; the rest of it is the sender's own to choose


def seconds_to_wait(address: str) -> int:
    """0 if a form may be posted from this address now; else the seconds to wait.

    A private address has no limit: it is that of a proxy, behind which nobody can be told apart (`LEADLOOP_PROXIES`), or of the house.
    """
    try:
        sender = ip_address(address)
    except ValueError:
        return 0
    if isinstance(sender, IPv6Address):
        sender = sender.ipv4_mapped or ip_address(int(sender) >> HOME_BITS << HOME_BITS)
    return POSTS.wait(sender, now=monotonic()) if sender.is_global else 0


def check_pace(key: ApiKey) -> None:
    """Count a call of this key.

    Raises:
        Problem: 429, it calls too often.
    """
    if wait := CALLS.wait(key.pk, now=monotonic()):
        raise Problem(429, TOO_MANY, f"This key may make {CALLS.per_minute:,} calls a minute.", retry_after=wait)
