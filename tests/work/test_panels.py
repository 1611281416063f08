"""The lead page's panels: each module is on the page once, gives a frozen result, and costs what it says."""

from dataclasses import is_dataclass
from datetime import timedelta
from pkgutil import iter_modules
from types import ModuleType, NoneType
from typing import get_args, get_type_hints

import pytest
from django.template.loader import get_template

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.leads.models import Lead, Standing, Touch
from leadloop.outcomes.actions import Deal
from leadloop.work import panels
from leadloop.work.lead_page import PANELS, read_lead
from leadloop.work.opened import open_lead
from tests.make import make_lead
from tests.work.test_lead_page import PERSON

SHARED_QUERIES = 6  # touches, draws, versions of rules, names, answers, tasks
COST = {"verdict": 1, "chance": 1, "segments": 1, "consent": 1, "submissions": 1}
PARAMETERS = [pytest.param(panel, id=panel.__name__.rpartition(".")[2]) for _, panel in PANELS]


def as_the_view_reads_it(lead: Lead) -> Standing:
    return Standing.objects.select_related("lead", "source", "owner").get(pk=lead.pk)


def test_every_module_of_panels_is_on_the_page_once():
    assert sorted(panel.__name__.rpartition(".")[2] for _, panel in PANELS) == sorted(one.name for one in iter_modules(panels.__path__))


@pytest.mark.parametrize("panel", PARAMETERS)
def test_a_panel_gives_a_frozen_result_and_has_a_partial(panel: ModuleType):
    given = get_type_hints(panel.read)["return"]
    (result,) = [one for one in get_args(given) or (given,) if one is not NoneType]

    assert is_dataclass(result)
    assert result.__dataclass_params__.frozen
    assert get_template(panel.TEMPLATE).template.source.startswith("{#")


def test_what_panels_share_is_read_once(ann, lead, django_assert_num_queries):
    standing = as_the_view_reads_it(lead)
    read_lead(standing, ann, now=utc_now())  # rules are compiled

    with django_assert_num_queries(SHARED_QUERIES):
        open_lead(standing, ann, now=utc_now())


@pytest.mark.parametrize("panel", PARAMETERS)
def test_a_panel_costs_no_query_or_the_one_it_is_for(panel: ModuleType, ann, django_assert_num_queries):
    standing = as_the_view_reads_it(make_lead(PERSON))
    read_lead(standing, ann, now=utc_now())
    opened = open_lead(standing, ann, now=utc_now())

    with django_assert_num_queries(COST.get(panel.__name__.rpartition(".")[2], 0)):
        panel.read(opened)


def test_a_lead_that_has_been_everything_costs_four_queries_more(ann, django_assert_num_queries):
    lead = make_lead(PERSON)
    by = steps.by(ann, now=utc_now())
    steps.reject([lead.pk], by, reason="bad_timing", note="", becomes="nurture", until=None).or_raise()
    steps.reopen([lead.pk], by).or_raise()
    steps.convert(lead.pk, by, deal=Deal("A deal", 100_00, "USD"))
    steps.lose([lead.pk], by, reason="price").or_raise()
    read_lead(as_the_view_reads_it(lead), ann, now=utc_now())
    standing = as_the_view_reads_it(lead)

    with django_assert_num_queries(SHARED_QUERIES + sum(COST.values()) + 4):  # ends, when it comes back, what reasons are called, the deal
        page = read_lead(standing, ann, now=utc_now())

    assert {"life", "conversion"} <= page.panels.keys()


def test_touches_are_found_however_far_back_they_are(ann, lead):
    first = open_lead(as_the_view_reads_it(lead), ann, now=utc_now()).history
    now = utc_now()
    Touch.objects.bulk_create(
        Touch(lead=lead, kind="noted", happened_at=now + timedelta(seconds=number), data={"text": "x"}) for number in range(40)
    )

    history = open_lead(as_the_view_reads_it(lead), ann, now=now).history

    assert (history.scored, history.handed, history.sent) == (first.scored, first.handed, first.sent)
    assert history.handed is not None
    assert (len(history.newest), len(history.said), history.older) == (25, 10, history.newest[-1].pk)
    assert [touch.pk for touch in history.newest] == sorted((touch.pk for touch in history.newest), reverse=True)
