"""What people say of single leads in a segment: it stands, whatever comes after."""

from datetime import timedelta

import pytest

from leadloop import loop, steps
from leadloop.db.versions import publish, save_draft
from leadloop.leads import criteria_sql
from leadloop.leads.domain.criteria import parse
from leadloop.leads.models import Standing
from leadloop.segments import actions, hand
from leadloop.segments.errors import ByCriteriaAlone, NotInForce
from leadloop.segments.hand import Hand
from leadloop.segments.models import Change, Mark, Member, Override, Segment, Why
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_person
from tests.proofs import driver_statements, everything_holds

pytestmark = pytest.mark.django_db
GERMANS = {"field": "country", "op": "is", "value": "DE"}
FRENCH = {"field": "country", "op": "is", "value": "FR"}
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def pool():
    return make_install()


@pytest.fixture
def mia():
    return make_person("Mia", "marketer")


def in_force(name, spec, *, now=NOON):
    draft = save_draft(Segment, name=name, title=name.title(), spec=spec, author=None, now=now)
    publish(draft, author=None, now=now)
    version = Segment.objects.get(pk=draft.pk)
    actions.rebuild(version, now=now)
    return version


def members(name):
    return set(Member.objects.filter(segment=name).values_list("lead_id", flat=True))


def german():
    return make_lead({"email": f"a{Standing.objects.count()}@b.de", "country": "DE"}).pk


def history(name, lead_id):
    return list(Change.objects.filter(segment=name, lead_id=lead_id).order_by("pk").values_list("entered", "why", "version", "person"))


def test_a_lead_put_out_stays_out_and_one_put_in_stays_in_whatever_happens(mia):
    one, other = german(), make_lead({"email": "f@f.fr", "country": "FR"}).pk
    in_force("north", {"kind": "mixed", "criteria": GERMANS})
    assert members("north") == {one}

    hand.keep_out("north", [one], Hand(mia, note="Asked us not to"), now=NOON)
    hand.put_in("north", [other], Hand(mia), now=NOON)
    assert members("north") == {other}

    found = []
    loop.capture(
        [arrival({"email": "a0@b.de", "country": "DE", "city": "Bonn"}), arrival({"email": "f@f.fr", "city": "Lyon"})], now=NOON + HOUR
    )
    found.append(members("north"))  # both asked again, and their leads were matched
    loop.rescore([one, other], now=NOON + HOUR)
    found.append(members("north"))
    steps.log([one, other], steps.by(None, now=NOON + HOUR), kind="called", outcome="reached").or_raise()
    found.append(members("north"))
    actions.rebuild(Segment.objects.published().get(name="north"), now=NOON + HOUR)
    found.append(members("north"))
    in_force("north", {"kind": "mixed", "criteria": {"any": [GERMANS, FRENCH]}}, now=NOON + HOUR)
    found.append(members("north"))
    assert found == [{other}] * 5

    hand.clear("north", [one, other], Hand(mia), now=NOON + 2 * HOUR)
    assert members("north") == {one, other}
    assert Override.objects.count() == 0
    assert history("north", one) == [(True, "published", 1, None), (False, "hand", 1, mia.pk), (True, "hand", 2, mia.pk)]
    assert list(Mark.objects.filter(segment="north", lead_id=one).order_by("-pk").values_list("word", "before", "note")) == [
        ("", "out", ""),
        ("out", "", "Asked us not to"),
    ]
    assert everything_holds() == []


def test_clearing_gives_the_lead_back_to_the_criteria(mia):
    one, other = german(), make_lead({"email": "f@f.fr", "country": "FR"}).pk
    in_force("north", {"kind": "mixed", "criteria": GERMANS})
    hand.keep_out("north", [one], Hand(mia), now=NOON)
    hand.put_in("north", [other], Hand(mia), now=NOON)

    said = hand.clear("north", [one, other], Hand(mia), now=NOON)

    assert (sorted(said.moved), members("north")) == ([one, other], {one})


def test_what_is_said_twice_is_written_once(mia):
    one = german()
    hand.new_list("Fair", "fair", author=mia, now=NOON)

    assert hand.put_in("fair", [one, one], Hand(mia), now=NOON).marked == [one]
    assert hand.put_in("fair", [one, 999_999], Hand(mia), now=NOON + HOUR).left == [one, 999_999]
    assert (members("fair"), Mark.objects.count(), Change.objects.count()) == ({one}, 1, 1)


def test_nobody_is_put_into_a_segment_by_criteria_or_one_that_is_not_in_force(mia):
    one = german()
    in_force("germans", {"criteria": FRENCH})

    with pytest.raises(ByCriteriaAlone):
        hand.put_in("germans", [one], Hand(mia), now=NOON)
    with pytest.raises(NotInForce):
        hand.put_in("nothing", [one], Hand(mia), now=NOON)
    assert (members("germans"), Mark.objects.count()) == (set(), 0)


def test_a_word_rests_while_the_segment_is_dynamic_and_counts_again_when_it_is_mixed(mia):
    one = german()
    in_force("north", {"kind": "mixed", "criteria": GERMANS})
    hand.keep_out("north", [one], Hand(mia), now=NOON)

    in_force("north", {"criteria": GERMANS})
    assert members("north") == {one}
    in_force("north", {"kind": "mixed", "criteria": GERMANS})
    assert members("north") == set()


def test_an_import_puts_nobody_in_whom_a_person_put_out(mia):
    one, other = german(), german()
    hand.new_list("Fair", "fair", author=mia, now=NOON)
    hand.keep_out("fair", [one], Hand(mia), now=NOON)

    said = hand.fill("fair", [one, other], Hand(mia, Why.IMPORTED, "leads.csv"), now=NOON + HOUR)

    assert (said.marked, said.left, members("fair")) == ([other], [one], {other})
    assert history("fair", other) == [(True, "import", 1, mia.pk)]


def test_taking_back_restores_what_was_said_before_and_leaves_later_words(mia):
    one, other, third = german(), german(), german()
    hand.new_list("Fair", "fair", author=mia, now=NOON)
    hand.put_in("fair", [one], Hand(mia), now=NOON)
    hand.keep_out("fair", [one, other, third], Hand(mia), now=NOON + HOUR)
    hand.put_in("fair", [third], Hand(mia), now=NOON + 2 * HOUR)

    hand.take_back("fair", [one, other, third], Hand(mia, Why.UNDONE), said_at=NOON + HOUR, now=NOON + 3 * HOUR)

    assert members("fair") == {one, third}
    assert dict(Override.objects.values_list("lead_id", "inside")) == {one: True, third: True}
    again = hand.take_back("fair", [one, other, third], Hand(mia, Why.UNDONE), said_at=NOON + HOUR, now=NOON + 4 * HOUR)
    assert again.marked == []
    assert everything_holds() == []


def test_a_snapshot_holds_whom_the_search_found_then(mia):
    one, other = german(), german()
    french = make_lead({"email": "f@f.fr", "country": "FR"}).pk
    hand.new_list("Fair", "fair", author=mia, now=NOON)
    hand.keep_out("fair", [other], Hand(mia), now=NOON)

    came = hand.put_in_all("fair", criteria_sql.condition(parse(GERMANS), NOON), Hand(mia, Why.SNAPSHOT, "country is DE"), now=NOON)
    late = german()

    assert (came, members("fair")) == (1, {one})
    assert history("fair", one) == [(True, "snapshot", 1, mia.pk)]
    assert {late, french} & members("fair") == set()
    assert everything_holds() == []


def test_words_on_many_leads_cost_as_many_statements_as_on_one(mia):
    ids = [lead.pk for lead in make_leads(40)]
    hand.new_list("Fair", "fair", author=mia, now=NOON)
    hand.put_in("fair", ids[:1], Hand(mia), now=NOON)  # the rules are compiled
    counts = []
    for some in (ids[1:2], ids[2:]):
        with driver_statements() as seen:
            hand.put_in("fair", some, Hand(mia), now=NOON)
        counts.append(len(seen))
    assert counts[0] == counts[1]
