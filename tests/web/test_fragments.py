"""Partials that are rendered once and filled in many times."""

from leadloop.web.fragments import fill

DUE = {"iso": "2026-05-24T09:30:00+00:00", "since": "", "tone": "red", "title": "24 May 2026", "words": "3 h late"}


def test_what_is_filled_in_is_escaped_each_time():
    first = fill("work/_leads_cell_due.html", {**DUE, "words": '<b>"{title}"</b>'}, **{"from": False})
    second = fill("work/_leads_cell_due.html", {**DUE, "words": "late"}, **{"from": False})

    assert "&lt;b&gt;&quot;{title}&quot;&lt;/b&gt;" in first
    assert second == first.replace("&lt;b&gt;&quot;{title}&quot;&lt;/b&gt;", "late")


def test_a_flag_decides_which_parts_are_there():
    shown = [" data-since=" in fill("work/_leads_cell_due.html", DUE, **{"from": flag}) for flag in (True, False)]

    assert shown == [True, False]
