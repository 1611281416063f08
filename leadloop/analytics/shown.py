"""Figures as the pages show them: rows with words and links, and the numbers of charts."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from textwrap import wrap
from typing import Any

from babel.numbers import format_compact_currency

from leadloop.analytics import drill
from leadloop.analytics.domain.periods import Period, next_month
from leadloop.analytics.domain.speeds import WITHIN, Speed
from leadloop.analytics.funnel import STEPS, Funnel, Line
from leadloop.analytics.people import PoolLine
from leadloop.analytics.speed import Named
from leadloop.templatetags.moments import duration, span
from leadloop.templatetags.words import money, percent

STEP_NAMES = {"leads": "Leads", "mql": "MQL", "sql": "SQL", "converted": "Opportunity", "won": "Won"}
MOST_BARS = 10
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HALF = 50  # of the width of a bar that goes both ways
UNTOUCHED = "never"
NONE = "\u2013"
MINUS = "\u2212"


def rate(share: float | None) -> str:
    """Three decimals, since tenths of a percent are many leads: "10.525 %"."""
    return NONE if share is None else f"{share * 100:.3f}\u00a0%"


def amounts(by_currency: Mapping[str, int]) -> list[str]:
    return [money(cents, currency) for currency, cents in by_currency.items()]


def funnel_row(line: Line, period: Period) -> dict[str, Any]:
    """A line with its links; the total has none of a source or month."""
    source = line.key if isinstance(line.key, int) else None
    within = _month_in(line.key, period) if isinstance(line.key, date) else period
    cells = [
        {
            "label": STEP_NAMES[step],
            "value": value,
            "share": share,
            "url": drill.leads_at(step, source=source, period=within) if value else "",
        }
        for step, value, share in zip(STEPS, line.counts, line.shares, strict=True)
    ]
    return {
        "name": f"{line.key:%b %Y}" if isinstance(line.key, date) else line.name,
        "cells": cells,
        "rate": rate(line.rate if line.leads else None),
        "amounts": amounts(line.amounts),
        "junk": line.junk,
        "junk_share": line.junk_rate,
        "junk_url": drill.leads_at("junk", source=source, period=within) if line.junk else "",
        "url": cells[0]["url"],
        "resting": line.resting,
        "back": line.back,
    }


def funnel_tiles(total: Line, period: Period) -> list[dict[str, Any]]:
    """The five figures that are asked for first."""
    steps = dict(zip(STEPS, zip(total.counts, total.shares, strict=True), strict=True))
    money_won = amounts(total.amounts)
    tiles = [
        {"label": "Leads", "value": f"{total.leads:,}", "hint": period.says, "icon": "inbox", "url": drill.leads_at("leads", period=period)}
    ]
    for step, label in (("converted", "Opportunities"), ("won", "Won")):
        count, share = steps[step]
        url = drill.leads_at(step, period=period)
        tiles.append(
            {"label": label, "value": f"{count:,}", "hint": "of the step before", "delta": percent(share or 0), "url": url, "icon": ""}
        )
    tiles.append(
        {"label": "Won of leads", "value": rate(total.rate if total.leads else None), "hint": "from lead to won", "icon": "target-arrow"}
    )
    largest = next((short_money(cents, currency) for currency, cents in total.amounts.items()), NONE)
    whole = " + ".join(money_won)
    tiles.append({"label": "Won amount", "value": largest, "hint": whole if whole != largest else "of all that was won", "icon": "coins"})
    return tiles


def short_money(cents: int, currency: str) -> str:
    """ "€1.79M", where the whole number would not fit; the currency is the whole story below a million."""
    if abs(cents) < 100_000_000:
        return money(cents // 100 * 100, currency)
    return format_compact_currency(cents / 100, currency or "EUR", locale="en", fraction_digits=2)


def funnel_chart(total: Line) -> dict[str, Any]:
    return {"labels": list(STEP_NAMES.values()), "series": [{"name": "Leads", "values": total.counts}]}


def line_chart(found: Funnel) -> dict[str, Any]:
    """Leads and won of the largest sources, or of every month."""
    is_months = any(isinstance(line.key, date) for line in found.lines)
    lines = found.lines if is_months else found.lines[:MOST_BARS]
    letters = 9 if len(lines) > 6 else 12
    labels = [f"{line.key:%b %Y}" if isinstance(line.key, date) else _folded(line.name, letters) for line in lines]
    return {
        "labels": labels,
        "series": [{"name": "Leads", "values": [line.leads for line in lines]}, {"name": "Won", "values": [line.won for line in lines]}],
    }


def funnel_table(found: Funnel, first: str) -> tuple[list[str], list[list[object]]]:
    """Header and rows of the download, the total last; a column for each currency."""
    currencies = list(found.total.amounts)
    header = [
        first,
        *STEP_NAMES.values(),
        "Won of leads, %",
        *(f"Won amount {currency}" for currency in currencies),
        "Junk",
        "Junk of all, %",
        "Resting",
        "Back",
    ]
    rows: list[list[object]] = [
        [
            *(line.name, *line.counts, f"{line.rate * 100:.3f}", *(_plain(line.amounts.get(currency)) for currency in currencies)),
            *(line.junk, "" if line.junk_rate is None else f"{line.junk_rate * 100:.3f}", line.resting, line.back),
        ]
        for line in [*found.lines, found.total]
    ]
    return header, rows


def speed_row(name: str, figures: Speed, url: str = "") -> dict[str, Any]:
    """A group as a line of a table."""
    return {
        "name": name,
        "url": url,
        "leads": figures.leads,
        "median": duration(figures.median) if figures.median is not None else "",
        "p90": duration(figures.p90) if figures.p90 is not None else "",
        "shares": [{"label": f"within {words}", "value": share} for words, share in zip(WITHIN, figures.shares, strict=True)],
        "never": figures.never_share,
        "level": figures.level,
    }


def spread_chart(total: Speed) -> dict[str, Any]:
    """How many leads were answered how soon."""
    counts = [0, *total.within, total.touched]
    parts = [after - before for before, after in pairwise(counts)]
    words = list(WITHIN)
    labels = [f"≤ {words[0]}", *(f"≤ {word}" for word in words[1:]), f"> {words[-1]}", "Never"]
    return {"labels": labels, "series": [{"name": "Leads", "values": [*parts, total.never]}]}


def median_chart(months: Sequence[Named]) -> dict[str, Any]:
    values = [None if one.speed.median is None else round(one.speed.median / 60, 1) for one in months]
    return {"labels": [f"{one.key:%b %Y}" for one in months], "series": [{"name": "Median", "values": values}], "unit": "min"}


def heat_rows(week: Sequence[Sequence[Speed]]) -> list[dict[str, Any]]:
    """Seven days of 24 hours: a level for the colour, short words for the cell, a sentence for those who point at it or hear it."""
    return [
        {"day": name, "short": name[:3], "cells": [_heat_cell(name, hour, one) for hour, one in enumerate(day)]}
        for name, day in zip(DAYS, week, strict=True)
    ]


def share_rows(pool: PoolLine) -> list[dict[str, Any]]:
    """Seats with a bar from the middle: to the right ahead of the share, to the left behind it."""
    scale = max(pool.most, 1.0)
    rows = []
    for person, share in pool.seats:
        width = round(abs(share.ahead) / scale * HALF, 2)
        rows.append(
            {
                "person": person,
                "weight": share.place.weight,
                "dealt": share.place.dealt,
                "level": f"{share.level:.2f}",
                "present": share.place.present,
                "ahead": f"{share.ahead:+.1f}".replace("-", MINUS) if share.place.present else "",
                "x": HALF if share.ahead >= 0 else HALF - width,
                "width": width,
                "tone": "green" if abs(share.ahead) <= share.place.weight else "amber",
            }
        )
    return rows


def _folded(name: str, letters: int) -> str:
    """A long name in two short lines, so that all names find room below their bars."""
    return "\n".join(wrap(name, letters, max_lines=2, placeholder="\u2026")) or name


def _heat_cell(day: str, hour: int, one: Speed) -> dict[str, Any]:
    if not one.leads:
        return {"level": "", "text": "", "says": ""}
    text = span(one.median).replace(" min", "m").replace(" ", "") if one.median is not None else UNTOUCHED
    answered = f"median {duration(one.median)}" if one.median is not None else "none answered"
    left = f", {one.never} never" if one.never and one.touched else ""
    says = f"{day} {hour}:00 to {hour + 1}:00: {one.leads} lead{'' if one.leads == 1 else 's'}, {answered}{left}"
    return {"level": one.level, "text": text, "says": says}


def _month_in(month: date, period: Period) -> Period:
    """A month, or what of it lies in the period."""
    last = date.fromordinal(next_month(month).toordinal() - 1)
    return Period(max(month, period.first or month), min(last, period.last or last), period.zone)


def _plain(cents: int | None) -> str:
    return "" if cents is None else f"{cents / 100:.2f}"
