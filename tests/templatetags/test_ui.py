"""Tags and filters as templates use them."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context)).strip()


def test_an_icon_is_silent_unless_it_has_a_label():
    assert render('{% icon "phone" %}') == '<svg class="icon" aria-hidden="true"><use href="/static/dist/icons.svg#phone"></use></svg>'
    assert render('{% icon "phone" label=label %}', label="Call <b>").startswith(
        '<svg class="icon" role="img" aria-label="Call &lt;b&gt;">'
    )


def test_query_changes_what_it_names_and_keeps_the_rest():
    request = RequestFactory().get("/", {"q": "a&b", "page": "2", "stage": "mql"})
    assert render("{% query page=3 stage=None %}", request=request) == "?q=a%26b&amp;page=3"


def test_capture_keeps_markup_and_escapes_values():
    assert render("{% capture as kept %}<b>{{ name }}</b>{% endcapture %}{{ kept }}", name="<i>") == "<b>&lt;i&gt;</b>"


def test_words_between_backticks_are_code_and_nothing_else_is_markup():
    assert render("{{ text|with_code }}", text="send `a<b>` & wait") == "send <code>a&lt;b&gt;</code> &amp; wait"


def test_a_sparkline_needs_two_points():
    assert render("{% sparkline points %}", points=[1]) == ""
    assert 'points="0.0,26.0 44.0,2.0 88.0,14.0"' in render("{% sparkline points %}", points=[0, 2, 1])


@pytest.mark.parametrize(
    ("tags", "address"),
    [("undo:/leads/7/release/", "/leads/7/release/"), ("undo://evil.example", ""), ("undo:https://evil.example", ""), ("", "")],
)
def test_undo_goes_to_paths_of_ours_only(tags, address):
    assert render("{{ message|undo_url }}", message=SimpleNamespace(extra_tags=tags)) == address


def test_a_blank_moment_or_number_shows_nothing():
    assert (
        render("{{ x|ago }}{{ x|waits }}{{ x|left }}{{ x|iso }}{{ x|money }}{{ x|compact }}{{ x|percent }}{{ x|duration }}", x=None) == ""
    )


@pytest.mark.parametrize(("score", "tone"), [(None, "gray"), ("", "gray"), (39, "gray"), (40, "amber"), (70, "green"), (100, "green")])
def test_a_score_has_a_tone(score, tone):
    assert render("{{ score|score_tone }}", score=score) == tone
