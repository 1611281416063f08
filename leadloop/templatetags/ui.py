"""The tags and filters of the design system; docs in `/styleguide/`."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leadloop.db.clock import utc_now
from leadloop.templatetags import moments, words
from leadloop.templatetags.icons import MESSAGE_ICONS, OTHER_TOUCH, TOUCH_ICONS
from leadloop.templatetags.navigation import LinkGroup, address_of, links_for
from leadloop.web import fragments

register = template.Library()
TONES = {"success": "green", "error": "red", "warning": "amber", "info": "blue", "debug": "gray"}


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, *, label: str = "", **attributes: str) -> SafeString:
    """An icon of the sprite. Without a label it is decoration, and said to be."""
    classes = " ".join(["icon", *(["icon--filled"] if name.endswith("-filled") else []), attributes.get("class", "")]).strip()
    spoken = format_html(' role="img" aria-label="{}"', label) if label else format_html(' aria-hidden="{}"', "true")
    return format_html('<svg class="{}"{}><use href="{}#{}"></use></svg>', classes, spoken, static("dist/icons.svg"), name)


@register.simple_tag
def charts_script() -> SafeString:
    """The bundle that draws charts; only pages with a chart load it."""
    return format_html('<script src="{}" defer></script>', static("dist/charts.js"))


@register.simple_block_tag
def capture(content: str) -> str:
    """Keep a block to show it twice, or to ask whether it is empty: `{% capture as heading %}…{% endcapture %}`."""
    return content


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> tuple[LinkGroup, ...]:
    """The links that this person may follow, in groups."""
    request = context.get("request")
    role = getattr(getattr(request, "user", None), "role", "")
    return links_for(role, path=request.path) if isinstance(request, HttpRequest) else ()


@register.simple_tag
def kept(partial: str, **values: Hashable) -> SafeString:
    """`{% kept "ui/_nav.html" places=places %}`: as `include … only`, rendered once for the same values."""
    return fragments.kept(partial, **values)


@register.simple_tag
def address(url_name: str) -> str:
    """The address of a url, or "" while it does not exist: `{% address "work:search" as url %}`."""
    return address_of(url_name)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The page's own query string with changes; None takes a part away."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value is not None:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


@register.simple_tag
def sparkline(points: Sequence[float], label: str = "") -> SafeString:
    """A line without axes. The number beside it says what counts, so it is decoration unless it has a label."""
    if len(points) < 2:
        return SafeString("")
    low, high = min(points), max(points)
    across, up = 88 / (len(points) - 1), 24 / ((high - low) or 1)
    places = [(round(across * index, 1), round(26 - up * (value - low), 1)) for index, value in enumerate(points)]
    line = format_html_join(" ", "{},{}", places)
    spoken = format_html('role="img" aria-label="{}"', label) if label else format_html('aria-hidden="{}"', "true")
    return format_html(
        '<svg class="spark" viewBox="0 0 88 28" preserveAspectRatio="none" {}><polygon points="0,28 {} 88,28"></polygon>'
        '<polyline points="{}"></polyline></svg>',
        spoken,
        line,
        line,
    )


@register.filter
def with_code(text: str) -> SafeString:
    """Words between backticks as code."""
    parts = str(text).split("`")
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if place % 2 else part,) for place, part in enumerate(parts)))


@register.filter
def ago(moment: datetime | None) -> str:
    return moments.ago(moment, now=utc_now()) if moment else ""


@register.filter
def waits(moment: datetime | None) -> str:
    return moments.span((utc_now() - moment).total_seconds()) if moment else ""


@register.filter
def until(moment: datetime | None) -> str:
    return moments.ago(moment, now=utc_now()) if moment else ""


@register.filter
def left(due: datetime | None) -> str:
    return moments.deadline(due, now=utc_now()) if due else ""


@register.simple_tag
def urgency(due: datetime | None, since: datetime | None = None) -> str:
    """The tone of a deadline: green, amber, red; gray for none."""
    return moments.urgency(due, since=since or None, now=utc_now()) if due else "gray"


@register.filter
def iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


@register.filter(expects_localtime=True)
def clock_name(moment: datetime | None) -> str:
    return moments.clock_name(moment) if moment else ""


@register.filter
def day_text(iso: object) -> str:
    """ "24 May 2026" of "2026-05-24T09:30:00+00:00"; what is no day stays as it is."""
    return moments.day_text(str(iso))


@register.filter
def duration(seconds: float | None) -> str:
    return "" if seconds is None else moments.duration(seconds)


@register.filter
def money(cents: int | None, currency: str = "EUR") -> str:
    return "" if cents is None else words.money(cents, currency)


@register.filter
def compact(number: float | None) -> str:
    return "" if number is None else words.compact(number)


@register.filter
def percent(share: float | None) -> str:
    return "" if share is None else words.percent(share)


@register.filter
def stage_label(stage: str) -> str:
    return words.stage_label(stage)


@register.filter
def stage_tone(stage: str) -> str:
    return words.stage_tone(stage)


@register.filter
def score_tone(score: float | str | None) -> str:
    """Green from 70, amber from 40, gray below and for what has no score."""
    if score is None or score == "" or float(score) < 40:
        return "gray"
    return "green" if float(score) >= 70 else "amber"


@register.filter
def initials(name: object) -> str:
    return words.initials(str(name or ""))


@register.filter
def name_tone(name: object) -> str:
    return words.tone_of(str(name or ""))


@register.filter
def country_name(code: str) -> str:
    return words.country_name(code or "")


@register.filter
def phone_text(number: str) -> str:
    return words.phone_text(number or "")


@register.filter
def flag_text(flag: str) -> str:
    """ "E-mail invalid" of "email_invalid"."""
    return str(flag).replace("email", "e-mail").replace("_", " ").capitalize()


@register.filter
def touch_icon(kind: str) -> str:
    return TOUCH_ICONS.get(str(kind), OTHER_TOUCH["icon"])


@register.filter
def touch_tone(kind: str) -> str:
    return words.TOUCH_TONES.get(str(kind), "gray")


@register.filter
def message_tone(message: Any) -> str:
    return TONES.get(message.level_tag, "gray")


@register.filter
def tone_icon(tone: str) -> str:
    return MESSAGE_ICONS.get(tone, "info-circle")


@register.filter
def undo_url(message: Any) -> str:
    """The address after "undo:" in the extra tags of a message, if it is one of our own paths."""
    for tag in (message.extra_tags or "").split():
        address = tag.removeprefix("undo:")
        if tag != address and address.startswith("/") and not address.startswith("//"):
            return address
    return ""


@register.filter
def keys_of(keys: str) -> list[str]:
    return keys.split()


@register.filter
def rows_of(data: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    """The table below a chart: each label with its value in each series."""
    columns = [series["values"] for series in data["series"]]
    return [(label, [column[place] for column in columns if place < len(column)]) for place, label in enumerate(data["labels"])]


@register.filter
def minus(reason: Any) -> bool:
    """Whether a reason of a score counts against the lead."""
    points = reason.get("points") if isinstance(reason, dict) else getattr(reason, "points", 0)
    return (points or 0) < 0
