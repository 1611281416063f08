"""What criteria cost: a condition in Python, compiling and reading them, checking them. `python -m benchmarks.criteria`"""

from datetime import UTC, datetime, timedelta
from timeit import repeat

from leadloop.leads.domain.criteria import Happening, blank_facts, dump, parse, predicate
from leadloop.leads.domain.criteria.checks import findings
from leadloop.leads.domain.criteria.text import parse_text, print_text
from leadloop.leads.domain.places import placed

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
TEXTS = {
    "code": "country is US",
    "code of a list": "country is one of US, CA, DE",
    "text contains": "title contains director",
    "beginning of many": "postal_code starts with one of 10, 12, 13",
    "number": "score >= 40",
    "amount of money": "budget >= 5000 EUR",
    "age": "days_in_stage >= 3",
    "local days": "received_at in last 7 days in Europe/Berlin",
    "place": "place within 50 km of 52.53 13.38",
    "mark": "utm_source is google",
    "20 touches of a kind": "touches of opened in last 30 days >= 3",
    "20 touches, campaign, by": "touches of opened campaign Spring by them in last 30 days >= 3",
    "segment": "in segment big",
}


def best(work, number: int) -> float:
    """Microseconds a call, the best of seven."""
    return min(repeat(work, number=number, repeat=7)) / number * 1e6


def main() -> None:
    known = {
        "country": "US",
        "title": "Sales director",
        "postal_code": "13355",
        "score": 50,
        "received_at": NOW,
        "entered_at": NOW,
        "segments": (),
    }
    touches = [Happening("opened", NOW - timedelta(days=n * 7), None, "Spring", 1) for n in range(20)]
    facts = (
        blank_facts()
        | placed(52.5, 13.4)
        | known
        | {"budget_cents": 900_000, "currency": "EUR", "touches": touches, "marks": {"utm_source": "x"}}
    )
    print(f"{'a condition':<28}{'test us':>9}{'compile us':>12}{'parse us':>10}{'text us':>9}{'check us':>10}")
    for name, text in TEXTS.items():
        tree = parse_text(text)
        spec, test = dump(tree), predicate(tree)
        costs = (
            best(lambda test=test: test(facts, NOW), 20_000),
            best(lambda tree=tree: predicate(tree), 2_000),
            best(lambda spec=spec: parse(spec), 2_000),
            best(lambda tree=tree: parse_text(print_text(tree)), 500),
            best(lambda tree=tree: findings(tree), 200),
        )
        print(f"{name:<28}{costs[0]:>9.3f}{costs[1]:>12.1f}{costs[2]:>10.1f}{costs[3]:>9.0f}{costs[4]:>10.0f}")
    rules = [predicate(parse_text(text)) for text in [*TEXTS.values()] * 3][:30]
    print(f"30 rules of one lead: {best(lambda: [rule(facts, NOW) for rule in rules], 5_000):.1f} us")


if __name__ == "__main__":
    main()
