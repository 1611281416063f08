"""The demo is a believable year, made as real leads are, and nobody in it exists."""

from datetime import UTC, datetime, timedelta

import phonenumbers
import pytest
from django.db.models import Count, Q

from leadloop.audit.verify import verify
from leadloop.demo import words
from leadloop.demo.show import TICKETS, make
from leadloop.leads.criteria_form import build
from leadloop.leads.models import Lead, Source, Standing, Touch
from leadloop.outcomes.models import Opportunity
from leadloop.routing.domain.checks import check_route_spec
from leadloop.routing.models import Pool, Route
from leadloop.scoring.domain.agreement import check_signed, check_term
from leadloop.scoring.domain.checks import check_score_spec
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.segments.domain.checks import check_segment_spec
from leadloop.segments.models import Segment
from leadloop.teams.models import User
from leadloop.work.models import SavedView
from leadloop.work.rail import read_rail

NOW = datetime(2026, 11, 20, 9, 3, tzinfo=UTC)
FEW = 320


@pytest.fixture(scope="module")
def year(django_db_setup, django_db_blocker):
    """One year for all tests that only read it; taken back at the end."""
    from django.db import transaction  # noqa: PLC0415 - beside the transaction that it opens

    with django_db_blocker.unblock(), transaction.atomic():
        yield make(leads=FEW, seed=3, now=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def lived(year, db):
    return year


def test_the_books_balance_after_the_year(lived):
    assert [finding for one in verify(now=NOW, most=5) for finding in one.findings] == []


def test_a_tenth_is_won_and_sources_differ(lived):
    assert 0.9 * FEW < lived.leads <= FEW
    assert 0.04 < lived.won / lived.leads < 0.16
    rows = Standing.objects.values_list("source__name").annotate(n=Count("pk"), won=Count("pk", filter=Q(stage="won")))
    rates = {name: won / n for name, n, won in rows}
    assert rates["Referral"] > rates["Social ads"]


def test_every_stage_has_leads(lived):
    stages = set(Standing.objects.values_list("stage", flat=True))
    assert stages >= {"mql", "working", "converted", "won", "lost", "nurture", "disqualified", "junk"}


def test_the_rep_finds_a_morning_of_tickets(lived):
    ben = User.objects.get(email=lived.sign_ins[1][1])
    rail = read_rail(ben, scope="mine", person_id=None, take=50, now=NOW)
    waiting = next(section for section in rail.sections if section.key == "now")
    assert len(waiting.standings) == TICKETS
    assert any(one.first_touch_at is None and one.received_at > NOW - timedelta(hours=3) for one in waiting.standings)


def test_the_day_goes_on_after_the_morning(lived):
    """An hour later not everything is overdue: some falls due today, some tomorrow, for everybody."""
    for rep in User.objects.filter(role="rep"):
        due = Standing.objects.open().filter(owner=rep).values_list("due_at", flat=True)
        hours = [(moment - NOW).total_seconds() / 3600 for moment in due if moment]
        soon, tomorrow = sum(1 < one < 8 for one in hours), sum(15 < one < 39 for one in hours)
        assert soon + tomorrow >= 3, (rep.name, hours)
    ben = User.objects.get(email=lived.sign_ins[1][1])
    rail = read_rail(ben, scope="mine", person_id=None, take=50, now=NOW + timedelta(hours=1))
    sections = {section.key: len(section.standings) for section in rail.sections}
    assert (sections["today"] >= 3, sections["later"] >= 3) == (True, True), sections


def test_speed_to_lead_differs_by_rep(lived):
    def median(name: str) -> float:
        rows = Standing.objects.filter(owner__name=name, first_touch_at__isnull=False).values_list("received_at", "first_touch_at")
        waits = sorted((first - received).total_seconds() for received, first in rows)
        return waits[len(waits) // 3]  # of those that came in working hours

    assert median("Ada Lundgren") < median("Edith Vossler")


def test_nothing_happens_after_now_or_before_the_year(lived):
    assert not Touch.objects.filter(happened_at__gt=NOW).exists()
    assert not Touch.objects.filter(happened_at__lt=NOW - timedelta(days=367)).exists()


def test_nobody_exists(lived):
    for email, phone, domain in Lead.objects.values_list("email", "phone", "company_domain"):
        assert not email or email.endswith((".example", ".test")), email
        assert not domain or domain.endswith((".example", ".test")), domain
        assert not phone or is_kept_for_fiction(phone), phone
    assert all(email.endswith(".example") for email in User.objects.values_list("email", flat=True))


def is_kept_for_fiction(phone: str) -> bool:
    number = phonenumbers.parse(phone)
    national = str(number.national_number)
    if number.country_code == 1:
        return national[3:8] == "55501"
    if number.country_code == 44:
        return national.startswith(("1134960", "1174960", "2920180"))
    return number.country_code == 61 and national[1:5] == "5550"


def test_rules_pools_lists_and_amounts_are_there(lived):
    assert sorted(Pool.objects.values_list("name", flat=True)) == ["Enterprise", "Open pool", "Sales"]
    assert Source.objects.filter(name__in=[stream.name for stream in words.STREAMS]).count() == len(words.STREAMS)
    assert ScoreModel.objects.filter(name="main").count() == 2
    assert SavedView.objects.filter(shared=True).count() >= 2
    assert all(deal.amount_cents for deal in Opportunity.objects.all())


def test_the_rules_stand_in_their_editors_and_can_be_published_again(lived):
    pools = set(Pool.objects.values_list("pk", flat=True))
    checks = {Route: lambda spec: check_route_spec(spec, pools), ScoreModel: check_score_spec, Segment: check_segment_spec}
    checks[Definition] = lambda spec: [*check_term(spec), *check_signed(spec)]
    problems = {(model.__name__, row.version): check(row.spec) for model, check in checks.items() for row in model.objects.all()}
    assert {place: found for place, found in problems.items() if found} == {}
    trees = [row.spec["criteria"] for model in (Definition, Segment) for row in model.objects.all()]
    trees += [rule["when"] for model in (Route, ScoreModel) for row in model.objects.all() for rule in row.spec["rules"]]
    assert [tree for tree in trees if build(tree).text] == []  # as rows of the condition builder, not as JSON


def test_three_people_may_sign_in(lived):
    assert [role for role, _, _ in lived.sign_ins] == ["manager", "rep", "marketer"]
    for role, email, password in lived.sign_ins:
        person = User.objects.get(email=email)
        assert (person.role, person.check_password(password)) == (role, True)
