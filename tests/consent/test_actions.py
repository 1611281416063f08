"""The consent ledger: appended to, never changed; the last word on a point, a purpose and a channel counts."""

from datetime import timedelta

import pytest

from leadloop import loop
from leadloop.consent.actions import may_contact
from leadloop.consent.models import Consent
from tests.make import NOON, arrival

pytestmark = pytest.mark.django_db
ADA = "e:ada@engines.com"


def say(granted: bool, *, channel: str = "email", hours: int = 0, **more: str) -> None:
    claim = {"purpose": "marketing", "channel": channel, "granted": granted, "text": "Send me news", **more}
    moment = NOON + timedelta(hours=hours)
    loop.capture(
        [arrival({"email": "Ada@engines.com", "phone": "+14155550100", "consents": [claim]}, happened_at=moment)],
        now=NOON + timedelta(days=1),
    )


def may(channel: str = "email", *, hours: int = 9, point: str = ADA) -> bool | None:
    return may_contact(point, purpose="marketing", channel=channel, before=NOON + timedelta(hours=hours))


def test_nobody_said_anything():
    assert may() is None


def test_a_consent_is_kept_with_what_was_shown_for_every_point_it_names():
    say(True, url="https://engines.com/form", version="7", ip="::1")
    rows = list(Consent.objects.order_by("contact_point").values_list("contact_point", "purpose", "channel", "granted", "happened_at"))
    assert rows == [(point, "marketing", "email", True, NOON) for point in (ADA, "p:+14155550100")]
    assert Consent.objects.first().evidence == {"text": "Send me news", "version": "7", "url": "https://engines.com/form", "ip": "::1"}


def test_the_last_word_counts_and_the_first_is_still_there():
    say(True)
    say(False, hours=1)
    assert (may(hours=0), may(), Consent.objects.count()) == (True, False, 4)


def test_a_word_on_one_channel_says_nothing_of_another_and_any_means_all():
    say(True)
    assert (may("email"), may("phone")) == (True, None)
    say(False, channel="any", hours=1)
    assert (may("email"), may("phone")) == (False, False)
