"""So many a minute for each sender, in bursts or evenly."""

from hypothesis import given
from hypothesis import strategies as st

from leadloop.web import pace
from leadloop.web.pace import Pace


def test_a_minute_is_used_up_and_comes_back_bit_by_bit():
    three = Pace(3)
    assert [three.wait("ann", now=100.0) for _ in range(5)] == [0, 0, 0, 20, 20]
    assert three.wait("ben", now=100.0) == 0
    assert [three.wait("ann", now=moment) for moment in (119.0, 120.0, 120.0, 180.0, 180.0)] == [1, 0, 20, 0, 0]


def test_without_a_limit_nobody_waits():
    none = Pace(0)
    assert [none.wait("ann", now=0.0) for _ in range(1000)] == [0] * 1000


def test_strangers_fill_no_memory(monkeypatch):
    monkeypatch.setattr(pace, "MOST_SENDERS", 10)
    once = Pace(1)
    assert [once.wait(number, now=0.0) for number in range(100)] == [0] * 100
    assert len(once._quiet_at) <= 10


@given(st.integers(1, 500), st.lists(st.floats(0, 30), max_size=300))
def test_no_minute_holds_more_than_twice_and_who_waits_as_told_may_ask(per_minute, pauses):
    """Twice: a full minute at once after a quiet one, and its turns come back meanwhile."""
    limited, now, taken = Pace(per_minute), 0.0, []
    for pause in pauses:
        now += pause
        wait = limited.wait("ann", now=now)
        if wait:
            assert 0 < wait <= 60
            now += wait
            assert limited.wait("ann", now=now) == 0
        taken.append(now)
        assert sum(moment > now - 60 for moment in taken) <= 2 * per_minute + 1
