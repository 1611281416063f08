"""API keys: shown once, scoped, and dead soon after they are revoked."""

from datetime import timedelta

import pytest

from leadloop.capture import keys
from leadloop.capture.errors import BadKey, KeyUnknown, ScopeMissing
from leadloop.capture.models import ApiKey
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    keys._cache.clear()


def new(**more):
    return keys.new_key(more.pop("name", "Website"), scopes=more.pop("scopes", ["leads:write"]), source=None, author=None, now=NOON, **more)


def test_a_new_key_is_stored_as_a_digest_only():
    key, secret = new()
    stored = ApiKey.objects.get()

    assert secret.split("_", 2)[:2] == ["ll", stored.prefix]
    assert len(secret.split("_", 2)[2]) == 43
    assert secret not in str(vars(stored))
    assert (stored.digest, stored.scopes, stored.pk) == (keys.digest_of(secret), ["leads:write"], key.pk)


@pytest.mark.parametrize("asked", [{"name": " "}, {"scopes": []}, {"scopes": ["leads:write", "everything"]}])
def test_a_key_without_name_or_with_odd_scopes_is_not_made(asked):
    with pytest.raises(BadKey):
        new(**asked)
    assert ApiKey.objects.count() == 0


def test_a_good_key_opens_what_it_may(django_assert_num_queries):
    key, secret = new(scopes=["leads:read", "leads:write"])
    assert keys.check_key(secret, "leads:write", now=NOON) == key
    with django_assert_num_queries(0):
        assert keys.check_key(secret, "leads:read", now=NOON + timedelta(seconds=3)) == key
        assert keys.seen_key(secret, "leads:read", now=NOON + timedelta(seconds=3)) == key
        assert keys.seen_key(secret, "leads:read", now=NOON + timedelta(seconds=5)) is None
        with pytest.raises(ScopeMissing):
            keys.seen_key(secret, "reports:read", now=NOON)


@pytest.mark.parametrize(
    "wrong", ["", "ll", "ll__", "ll_0123456789_" + "x" * 43, "x" * 10_000, "ll_\x00_x", "ll_\ud800_x", "Bearer", "ll_%_" + "x" * 43]
)
def test_a_wrong_key_opens_nothing(wrong):
    new()
    with pytest.raises(KeyUnknown):
        keys.check_key(wrong, "leads:write", now=NOON)


def test_a_right_prefix_with_a_wrong_secret_opens_nothing():
    _, secret = new()
    with pytest.raises(KeyUnknown):
        keys.check_key(secret[:-1] + ("a" if secret[-1] != "a" else "b"), "leads:write", now=NOON)


def test_a_key_without_the_scope_is_told_which():
    _, secret = new()
    with pytest.raises(ScopeMissing, match="reports:read"):
        keys.check_key(secret, "reports:read", now=NOON)


def test_a_revoked_key_is_dead_here_at_once_and_elsewhere_within_five_seconds():
    key, secret = new()
    keys.check_key(secret, "leads:write", now=NOON)
    elsewhere = dict(keys._cache)
    keys.revoke_key(key, now=NOON)
    with pytest.raises(KeyUnknown):
        keys.check_key(secret, "leads:write", now=NOON)

    keys._cache.update(elsewhere)  # another process does not hear of it
    assert keys.check_key(secret, "leads:write", now=NOON + timedelta(seconds=3)) == key
    with pytest.raises(KeyUnknown):
        keys.check_key(secret, "leads:write", now=NOON + timedelta(seconds=5))


def test_revoking_twice_keeps_the_first_moment():
    key, _ = new()
    keys.revoke_key(key, now=NOON)
    keys.revoke_key(key, now=NOON + timedelta(days=1))
    assert ApiKey.objects.get().revoked_at == NOON


def test_an_expired_key_is_dead_even_while_it_is_remembered():
    _, secret = new(expires_at=NOON + timedelta(seconds=2))
    keys.check_key(secret, "leads:write", now=NOON)
    with pytest.raises(KeyUnknown):
        keys.check_key(secret, "leads:write", now=NOON + timedelta(seconds=2))


def test_last_use_is_noted_to_five_minutes():
    _, secret = new()
    for minutes in (0, 1, 6):
        keys.check_key(secret, "leads:write", now=NOON + timedelta(minutes=minutes))
        noted = ApiKey.objects.get().last_used_at
    assert noted == NOON + timedelta(minutes=6)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "ll_x_y"])
def test_a_header_without_a_bearer_token_is_no_key(header):
    with pytest.raises(KeyUnknown):
        keys.bearer(header)


def test_the_bearer_token_is_the_secret():
    assert keys.bearer("bearer  ll_x_y ") == "ll_x_y"
