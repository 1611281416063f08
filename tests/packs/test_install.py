"""Installing and removing: once is as good as twice, nobody's work is touched, and what is gone is gone."""

from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from django.apps import apps

from leadloop import loop, steps
from leadloop.audit.verify import verify
from leadloop.capture.models import Form
from leadloop.db.drafts import NO_DRAFT, change_draft, discard_draft, draft_of, published_of, stamp
from leadloop.db.versions import publish, published_rows, save_draft, turn_epoch
from leadloop.intake.models import Tally
from leadloop.leads import fields
from leadloop.leads.models import CustomField, Lead, Notification, Standing
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Opportunity
from leadloop.packs import actions
from leadloop.packs.errors import NoSuchPack, NotInstalled
from leadloop.packs.models import Installed
from leadloop.packs.planning import SAMPLE, farewell, preview
from leadloop.packs.sample import invent
from leadloop.packs.shelf import pack_called
from leadloop.routing.models import Desk, Pool, Route, Seat
from leadloop.scoring.actions import MODEL, MQL
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.segments.models import Segment
from leadloop.work.models import SavedView, Task
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_person, make_rep

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def mortgage(db):
    return pack_called("mortgage")


@pytest.fixture
def busy(db):
    """An install at work: people on duty, and leads that came in."""
    pool = make_install()
    make_rep("Ann", pool=pool)
    make_rep("Bo", pool=pool, weight=2)
    make_leads(5)
    return make_person("Mona", "manager")


def rules() -> list[tuple[str, str, dict[str, Any]]]:
    """(what it is, title, spec) of everything published."""
    return [(str(row._meta.verbose_name), row.title, row.spec) for row in published_rows()]


def everything() -> dict[str, Any]:
    """How many rows each table has, what is in force, and the counters beside the rows."""
    ours = [
        model
        for model in apps.get_models()
        if model.__module__.startswith("leadloop.") and model._meta.label not in ("db.Epoch", "db.Job", "intake.Tally")
    ]
    return {
        "rows": {model._meta.label: model._default_manager.count() for model in ours},
        "rules": rules(),
        "received": list(Tally.objects.filter(received__gt=0).order_by("door").values_list("door", "received")),
        "desks": list(Desk.objects.order_by("pk").values_list("pk", "open_count")),
        "seats": list(Seat.objects.order_by("pk").values_list("pk", "turns", "joined_level")),
    }


def proofs_hold() -> None:
    assert [finding for one in verify(now=LATER, most=3) for finding in one.findings] == []


def stays(name: str = "mortgage") -> dict[str, str]:
    return {one.made.key: one.stays for one in farewell(Installed.objects.get(name=name)).things if one.stays}


# coming


def test_a_preview_says_exactly_what_installing_makes(busy, mortgage):
    planned = {(item.kind, item.key) for group in preview(mortgage, author=busy, now=NOON) for item in group.items if item.state == "make"}

    result = actions.install(mortgage, author=busy, now=NOON, without=(SAMPLE,))

    assert {(made.kind, made.key) for made in result.made} == planned
    assert result.left == []
    assert len(planned) == 18 + 8 + 3 + 8 + 3


def test_looking_at_a_pack_changes_nothing(busy, mortgage):
    before = everything()
    preview(mortgage, author=busy, now=NOON)
    assert everything() == before


def test_installing_twice_is_installing_once(busy, mortgage):
    actions.install(mortgage, author=busy, now=NOON)
    once, rows = everything(), list(Installed.objects.values("name", "made", "installed_at"))

    again = actions.install(mortgage, author=busy, now=LATER)

    assert (again.made, again.left) == ([], [])
    assert everything() == once
    assert list(Installed.objects.values("name", "made", "installed_at")) == rows


def test_rules_that_are_in_force_stay_in_force(busy, mortgage):
    before = rules()

    actions.install(mortgage, author=busy, now=NOON)

    assert rules() == before
    assert {
        model: draft_of(model, name).title
        for model, name in ((ScoreModel, MODEL), (Definition, MQL), (Route, "main"), (Form, "rate-quote"))
    } == {
        ScoreModel: "Mortgage lead score",
        Definition: "Qualified borrower",
        Route: "Who gets new borrowers",
        Form: "See what you could borrow",
    }


def test_an_empty_install_works_by_the_rules_of_the_pack_at_once(db, mortgage):
    make_install()
    actions.install(mortgage, author=None, now=NOON, without=(SAMPLE,))
    assert {title for _, title, _ in rules()} >= {
        "Mortgage lead score",
        "Qualified borrower",
        "Who gets new borrowers",
        "See what you could borrow",
    }

    lead = make_lead(
        {"email": "eve@buyers.com", "phone": "+12125550123", "custom": {"time_frame": "Contract signed", "credit_band": "740 and up"}}
    )

    assert lead.standing.score >= 10 + 25 + 18 + 8
    assert Pool.objects.get(pk=lead.standing.pool_id).name == "Loan officers"


def test_a_second_pack_comes_as_drafts_beside_the_first(db, mortgage):
    make_install()
    actions.install(mortgage, author=None, now=NOON, without=(SAMPLE,))
    result = actions.install(pack_called("insurance"), author=None, now=NOON, without=(SAMPLE,))

    assert published_of(ScoreModel, MODEL).title == "Mortgage lead score"
    assert draft_of(ScoreModel, MODEL).title == "Insurance lead score"
    assert {item.kind for item in result.left} == {"views"}, "nobody is here yet who could have views"


def test_a_draft_that_somebody_works_on_is_left_and_said(busy, mortgage):
    mine = {**published_of(ScoreModel, MODEL).spec, "base": 11}
    change_draft(ScoreModel, name=MODEL, title="Mine", spec=mine, seen=NO_DRAFT, author=busy, now=NOON)

    result = actions.install(mortgage, author=busy, now=NOON, without=(SAMPLE,))

    assert draft_of(ScoreModel, MODEL).spec == mine
    [left] = result.left
    assert (left.kind, left.note.partition(".")[0]) == ("score", "A draft is open there: Mine")


def test_a_field_of_the_same_name_is_used_as_it_is(busy, mortgage):
    given = {"name": "loan_type", "label": "Our loan types", "type": "choice", "choices": ["Bridge", "Conventional"]}
    fields.declare([given], now=NOON)

    result = actions.install(mortgage, author=busy, now=NOON, without=(SAMPLE,))

    assert CustomField.objects.get(name="loan_type").label == "Our loan types"
    assert [(item.kind, item.key) for item in result.left] == [("fields", "loan_type")]


def test_rules_about_a_field_of_another_type_are_left_out_with_the_reason(busy, mortgage):
    fields.declare([{"name": "credit_band", "label": "Credit", "type": "whole"}], now=NOON)

    left = {
        item.kind: item.note for item in actions.install(mortgage, author=busy, now=NOON, without=(SAMPLE,)).left if item.state == "blocked"
    }

    assert left.keys() == {"score", "segments"}
    assert left["score"].startswith("It cannot be made here. Rule 3: Credit of 700 or better, by their own word: ")


def test_a_failure_on_the_way_leaves_nothing_behind(busy, mortgage):
    before = everything()
    Route.objects.published().update(spec={"rules": [], "fallback": {"pool": 10**6, "how": "turn"}})
    turn_epoch()

    with pytest.raises(LookupError):
        actions.install(mortgage, author=busy, now=NOON)

    assert everything()["rows"] == before["rows"]


def test_what_does_not_exist_is_refused_by_name(db):
    with pytest.raises(NoSuchPack, match="There is no pack called “bakery”"):
        pack_called("bakery")
    with pytest.raises(NotInstalled):
        actions.remove("mortgage", now=NOON)


# sample leads


def test_sample_leads_are_people_that_nobody_knows(busy, mortgage):
    first, second = islice((one.payload for one in invent(mortgage, now=NOON) if "email" in one.payload and "phone" in one.payload), 2)
    writes = make_lead({"email": first["email"], "message": "I have the address of an invented person"})
    calls = make_lead({"phone": second["phone"], "message": "I have the number of one"})

    actions.install(mortgage, author=busy, now=NOON)

    assert [list(lead.touches.values_list("kind", flat=True)) for lead in (writes, calls)] == [["captured"], ["captured"]]
    assert Lead.objects.filter(source__name="Sample: Mortgage and debt").count() == 59
    assert Lead.objects.filter(phone=calls.phone).count() == 1


def test_removing_the_sample_leaves_the_rest_and_sets_turns_and_loads_back(busy, mortgage):
    actions.install(mortgage, author=busy, now=NOON, without=(SAMPLE,))
    before = everything()
    actions.send_sample(mortgage, now=LATER)
    assert Standing.objects.count() == 65
    assert Notification.objects.filter(created_at=LATER).exists()
    proofs_hold()

    found = actions.remove_sample("mortgage")

    assert len(found.sample.leads) == 60
    assert everything() == before
    proofs_hold()


def test_what_people_did_with_sample_leads_goes_with_them(busy, mortgage):
    actions.install(mortgage, author=busy, now=NOON, without=(SAMPLE,))
    before = everything()
    actions.send_sample(mortgage, now=NOON)
    actor = steps.by(busy, now=LATER)
    ids = list(Standing.objects.open().filter(source__name="Sample: Mortgage and debt").order_by("pk").values_list("pk", flat=True))
    steps.log(ids[:3], actor, kind="called", outcome="reached", text="Hello").or_raise()
    steps.convert(ids[0], actor, deal=Deal(amount_cents=100, currency="USD"))
    steps.mark_junk(ids[3:5], actor, reason="test").or_raise()
    steps.recycle(ids[5:6], actor, reason="later", due_at=LATER + timedelta(days=9), note="").or_raise()
    Task.objects.create(lead_id=ids[1], person=busy, text="Call", due_at=LATER, created_at=LATER)
    assert Opportunity.objects.count() == 1

    actions.remove_sample("mortgage")

    assert everything() == before
    proofs_hold()


def test_a_sample_lead_that_a_real_inquiry_joined_stays(busy, mortgage):
    actions.install(mortgage, author=busy, now=NOON)
    lead = Lead.objects.filter(source__name="Sample: Mortgage and debt").exclude(email="").earliest("pk")
    loop.capture([arrival({"email": lead.email, "message": "I am real"}, now=LATER)], now=LATER)

    found = actions.remove_sample("mortgage")

    assert found.sample.joined == (lead.pk,)
    assert Lead.objects.filter(source__name="Sample: Mortgage and debt").get() == lead
    proofs_hold()


# going


@pytest.mark.parametrize("name", ["call-centre", "education", "healthcare", "insurance", "mortgage", "real-estate", "small-business"])
def test_removing_leaves_the_base_as_it_was(busy, name):
    before = everything()
    actions.install(pack_called(name), author=busy, now=NOON)
    assert everything()["rows"] != before["rows"]

    found = actions.remove(name, now=LATER)

    assert [one for one in found.things if one.stays] == []
    assert everything() == before
    proofs_hold()


def test_removing_from_an_empty_install_puts_the_starter_rules_back(db, mortgage):
    make_install()
    before = everything()
    actions.install(mortgage, author=None, now=NOON)
    assert everything()["rules"] != before["rules"]

    actions.remove("mortgage", now=LATER)

    assert everything() == before


def test_what_would_go_is_what_goes(busy, mortgage):
    actions.install(mortgage, author=busy, now=NOON)
    told = farewell(Installed.objects.get()).things
    assert actions.remove("mortgage", now=LATER).things == told


def _edit_the_score(person: Any) -> None:
    draft = draft_of(ScoreModel, MODEL)
    change_draft(ScoreModel, name=MODEL, title=draft.title, spec={**draft.spec, "base": 12}, seen=stamp(draft), author=person, now=NOON)


def _publish_a_segment(person: Any) -> None:
    publish(draft_of(Segment, "mortgage-debt"), author=person, now=NOON)


def _seat_somebody(_person: Any) -> None:
    Seat.objects.create(pool=Pool.objects.get(name="Debt advisers"), person=make_rep("Cy"))


def _rename_a_view(_person: Any) -> None:
    SavedView.objects.filter(name="Contracts that wait").update(name="Hot")


def _get_a_lead(_person: Any) -> None:
    make_lead({"email": "real@people.com", "custom": {"property_type": "Townhouse"}}, source="Rate table")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_edit_the_score, {"main": "Somebody has changed the draft.", "Real estate agents": "A rule or a form speaks of it."}),
        (
            _publish_a_segment,
            {
                "mortgage-debt": "It is in force. Put another version in force first.",
                "debt_amount": "A rule, a form or a view asks for it.",
            },
        ),
        (_seat_somebody, {"Debt advisers": "People have seats in it."}),
        (_rename_a_view, {"Contracts that wait": "Somebody has changed it.", "time_frame": "A rule, a form or a view asks for it."}),
        (
            _get_a_lead,
            {
                "property_type": "1 lead has a value of it. Retire it under Settings, Fields, if nobody needs it.",
                "Rate table": "Leads came from it.",
            },
        ),
    ],
    ids=["an edited draft", "a published segment", "a pool with people", "a renamed view", "a real lead"],
)
def test_what_people_changed_or_use_stays_and_says_why(busy, mortgage, change: Callable[[Any], None], expected):
    actions.install(mortgage, author=busy, now=NOON)
    change(busy)

    found = actions.remove("mortgage", now=LATER)

    told = {one.made.key: one.stays for one in found.things if one.stays}
    assert {key: told.get(key) for key in expected} == expected
    row = Installed.objects.get()
    assert ({one["key"] for one in row.made}, row.removed_at) == (told.keys(), LATER)
    proofs_hold()


def test_what_stayed_goes_once_nobody_needs_it(busy, mortgage):
    before = everything()
    actions.install(mortgage, author=busy, now=NOON)
    _edit_the_score(busy)
    actions.remove("mortgage", now=LATER)
    assert stays() != {}

    discard_draft(ScoreModel, name=MODEL, seen=stamp(draft_of(ScoreModel, MODEL)))
    actions.remove("mortgage", now=LATER)

    assert everything() == before


def test_a_field_that_an_old_version_speaks_of_is_retired_and_not_lost(busy, mortgage):
    actions.install(mortgage, author=busy, now=NOON, without=(SAMPLE,))
    starter = published_of(ScoreModel, MODEL).spec
    publish(draft_of(ScoreModel, MODEL), author=busy, now=NOON)
    publish(save_draft(ScoreModel, name=MODEL, title="As before", spec=starter, author=busy, now=NOON), author=busy, now=NOON)

    actions.remove("mortgage", now=LATER)

    assert CustomField.objects.get(name="credit_band").retired_at == LATER
    assert "property_type" not in set(CustomField.objects.values_list("name", flat=True))
    assert ScoreModel.objects.filter(title="Mortgage lead score", status="retired").exists()
    assert make_lead().standing.score is not None
