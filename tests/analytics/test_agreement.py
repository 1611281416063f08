"""The report of the agreement, by hand: what sales said, by version, condition, source and rep."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop import starter, steps
from leadloop.analytics import agreement
from leadloop.analytics.domain.agreeing import Rate, Telling
from leadloop.analytics.domain.periods import ALL, Period, read_period
from leadloop.leads.models import Lead, Source
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Reason
from leadloop.qualification.models import Handed, Passage, Verdict
from leadloop.scoring.models import Definition
from tests.make import NOON, make_install, make_lead, make_rep
from tests.proofs import everything_holds, publish_rules
from tests.rules import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
EVER = Period(None, None, "UTC", ALL)
COUNTS = ("handed", "accepted", "rejected", "silent", "waiting", "withdrawn", "late", "qualified")


@pytest.fixture
def ann():
    return make_rep("Ann", pool=make_install())


@pytest.fixture
def lead(ann) -> Lead:
    return make_lead()


def hand(lead, word="open", *, times=1, person=None, source="Website", truths="111", score=50, version=1, late=False, **more):
    """Handovers as the loop and the steps would have left them."""
    source_id = Source.objects.get_or_create(name=source, defaults={"created_at": NOON})[0].pk
    spoken = word != "open"
    rows = [
        Handed(
            lead=lead,
            source_id=source_id,
            version=version,
            score=score,
            truths=truths,
            asked_at=more.get("asked_at", NOON),
            due_at=more.get("due_at", NOON + DAY),
            word=word,
            reason=more.get("reason", ""),
            person=person,
            said_at=NOON + (2 * DAY if late else timedelta(hours=1)) if spoken else None,
            qualified_at=more.get("qualified_at"),
        )
        for _ in range(times)
    ]
    Handed.objects.bulk_create(rows)


def report(*, now=NOON + 10 * DAY, **asked):
    return agreement.report(EVER, now=now, **asked)


def figures(lines):
    return {line.name: tuple(line.counts[name] for name in COUNTS) for line in lines}


def test_words_silence_and_what_is_not_due_yet_are_counted_apart(lead, ann):
    Handed.objects.all().delete()
    hand(lead, "accepted", times=3, person=ann, qualified_at=NOON)
    hand(lead, "accepted", times=2, person=ann, late=True)
    hand(lead, "rejected", times=4, person=ann, reason="disqualified:no_need")
    hand(lead, "rejected", person=None, reason="junked:spam", source="Fair")
    hand(lead, "open", times=5)
    hand(lead, "open", times=6, due_at=NOON + 30 * DAY)
    hand(lead, "withdrawn", times=7)

    found = report()

    assert figures(found.versions) == {"Version 1": (28, 5, 5, 5, 6, 7, 2, 3)}
    assert (found.total.agreement, found.total.came_to_something) == (Rate(5, 10), Rate(3, 5))
    assert found.total.reason_counts == {"disqualified:no_need": 4, "junked:spam": 1}
    assert figures(found.sources) == {"Website": (27, 5, 4, 5, 6, 7, 2, 3), "Fair": (1, 0, 1, 0, 0, 0, 0, 0)}
    assert {name: counts[:4] for name, counts in figures(found.people).items()} == {
        "Ann": (14, 5, 4, 5),  # what is silent lies on her desk
        "A program": (8, 0, 1, 0),
    }


def test_versions_and_periods_are_read_apart(lead, ann):
    Handed.objects.all().delete()
    hand(lead, "accepted", person=ann)
    hand(lead, "rejected", person=ann, version=2, times=2, reason="recycled:not_now")
    hand(lead, "rejected", person=ann, version=2, asked_at=NOON - 90 * DAY)

    assert [line.name for line in report().versions] == ["Version 2", "Version 1"]
    assert (report().chosen, report(version=1).chosen, report(version=9).chosen) == (2, 1, 2)
    month = read_period({"period": "30"}, usual="30", zone="UTC", now=NOON)
    assert figures(agreement.report(month, now=NOON).versions)["Version 2"][:3] == (2, 0, 2)


def test_conditions_that_never_separate_are_flagged(lead, ann):
    Handed.objects.all().delete()
    for truths, accepted, rejected in [("110", 150, 150), ("101", 150, 150), ("010", 10, 90), ("001", 10, 90)]:
        hand(lead, "accepted", times=accepted, truths=truths, person=ann)
        hand(lead, "rejected", times=rejected, truths=truths, person=ann)

    found = report()

    assert [(leaf.says, leaf.found.telling) for leaf in found.leaves] == [
        ("score is at least 45", Telling.FOR),
        ("e-mail is not blank", Telling.NOTHING),
        ("phone is not blank", Telling.NOTHING),
    ]
    assert [leaf.says for leaf in found.idle] == ["e-mail is not blank", "phone is not blank"]
    assert found.leaves[0].found.held == Rate(300, 600)


def test_a_threshold_comes_with_what_it_would_bring(lead, ann):
    Handed.objects.all().delete()
    for score in range(45, 85):
        hand(lead, "accepted" if score >= 65 else "rejected", times=2, score=score, person=ann, asked_at=NOON - (score - 45) * DAY)

    found = report()

    assert found.suggestion is not None
    assert found.suggestion.best is not None
    assert (found.present, found.suggestion.best.score, found.suggestion.best.accepted) == (45, 65, Rate(40, 40))
    assert round(found.suggestion.best.per_week, 2) == round(40 / (39 / 7), 2)


def test_many_handovers_are_sampled_and_the_report_says_so(lead, ann):
    Handed.objects.all().delete()
    hand(lead, "accepted", times=600, person=ann)
    hand(lead, "rejected", times=400, person=ann)

    found = report(most=500)

    assert (found.every, round(found.error, 3)) == (4, 0.062)
    assert figures(found.versions)["Version 1"][:3] == (1000, 600, 400)
    assert found.total.agreement == Rate(150, 250)  # no surer than what was counted
    assert report().every == 1


def test_overrides_are_counted_by_person_and_condition(lead, ann):
    for failing, reason in [([], ""), (["budget is not blank"], "They will pay"), (["budget is not blank", "phone is not blank"], "Fair")]:
        Passage.objects.create(lead=lead, version=1, failing=failing, override_reason=reason, person=ann, passed_at=NOON)

    gate = report().gate

    assert (gate.passed, gate.overridden, gate.people) == (3, 2, [("Ann", 3, 2)])
    assert gate.failing == [("budget is not blank", 2), ("phone is not blank", 1)]


def test_what_people_do_ends_up_in_the_report(ann):
    publish_rules(Definition, "mql", starter.QUALIFIED | {"criteria": {"field": "email", "op": "is_not_blank"}})
    one, two, three, four = (make_lead() for _ in range(4))
    actor = steps.by(ann, now=NOON)
    steps.accept([one.pk], actor).or_raise()
    steps.reject([two.pk], actor, reason="no_budget").or_raise()
    steps.convert(three.pk, actor, deal=Deal())

    found = report()

    assert figures(found.people) == {"Ann": (4, 2, 1, 1, 0, 0, 0, 1)}
    assert found.total.reason_counts == {"disqualified:no_budget": 1}
    assert (Verdict.objects.count(), four.standing.stage) == (3, "mql")


def test_a_reason_said_anew_is_the_reason_of_the_report(ann):
    publish_rules(Definition, "mql", starter.QUALIFIED | {"criteria": {"field": "email", "op": "is_not_blank"}})
    turned, taken = make_lead(), make_lead()
    actor = steps.by(ann, now=NOON)
    steps.reject([turned.pk], actor, reason="no_budget").or_raise()
    steps.accept([taken.pk], actor).or_raise()
    steps.disqualify([taken.pk], actor, reason="no_need").or_raise()

    steps.rewrite([turned.pk, taken.pk], steps.by(ann, now=NOON + 3 * DAY), reason="competitor").or_raise()

    found = report()
    assert (found.total.reason_counts, figures(found.people)) == (
        {"disqualified:competitor": 1},
        {"Ann": (2, 1, 1, 0, 0, 0, 0, 0)},
    )  # in time as before; who was accepted first is no rejection
    assert list(Verdict.objects.filter(handed__lead=turned).order_by("pk").values_list("kind", "reason")) == [
        ("disqualified", "disqualified:no_budget"),
        ("rewritten", "disqualified:competitor"),
    ]
    assert everything_holds() == []


def test_the_page_calls_reasons_as_the_install_does(lead, ann):
    Reason.objects.filter(end="disqualified", code="no_budget").update(label="No money this year")
    hand(lead, "rejected", person=ann, reason="disqualified:no_budget")

    page = signed_in("kim", "manager").get("/agreement/report/?period=all")

    assert page.context["total"]["reasons"] == [("No money this year", 1)]
    assert "No money this year" in page.content.decode()


@pytest.mark.parametrize("role", ["marketer", "manager", "admin"])
def test_the_page_shows_it_with_the_same_number_of_questions_for_any_base(lead, ann, role):
    client = signed_in("kim", role)
    counts = []
    for times in (1, 40):
        hand(lead, "accepted", times=times, person=ann, score=60 + times)
        hand(lead, "rejected", times=times, person=ann, reason="junked:spam", source=f"Source {times}", truths="011", score=45)
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/agreement/report/?period=all")
        counts.append(len(asked))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Junk: Spam" in text
    assert "Hand over leads with a score of" in text
    assert counts[0] == counts[1] <= 24


def test_nothing_yet_says_what_to_do_and_reps_do_not_see_it(db):
    assert "Nothing was handed over yet" in signed_in("kim", "marketer").get("/agreement/report/?period=all").content.decode()
    assert signed_in("ann", "rep").get("/agreement/report/").status_code == 404
