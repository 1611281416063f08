"""Every kind of content, in the order of making: what a kind refers to comes before it. They go in the other order."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from leadloop.capture.domain.form_spec import FormInvalid, read_form_spec
from leadloop.capture.models import Form
from leadloop.kernel.drafts import Line
from leadloop.leads.domain.criteria.sentence import Vocabulary
from leadloop.packs.parts.drafts import Drafts
from leadloop.packs.parts.fields import Fields
from leadloop.packs.parts.item import Part, Site
from leadloop.packs.parts.places import Pools, Sources
from leadloop.packs.parts.views import Views
from leadloop.routing.domain.checks import check_route_spec, route_lines
from leadloop.routing.models import Route
from leadloop.scoring.domain.agreement import check_term, term_lines
from leadloop.scoring.domain.checks import check_score_spec, score_lines
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.segments.domain.checks import check_segment_spec, segment_lines
from leadloop.segments.models import Segment

Spec = dict[str, Any]


def _form_problems(spec: Spec, _site: Site) -> list[str]:
    try:
        read_form_spec(spec)
    except FormInvalid as error:
        return [str(error)]
    return []


def _form_lines(spec: Spec, _site: Site) -> list[str]:
    form = read_form_spec(spec)
    return [*(f"{one.label}{' (required)' if one.required else ''}" for one in form.questions), *(f"☐ {box.text}" for box in form.boxes)]


def _names(site: Site) -> Vocabulary:
    names = {kind: {number: name for name, number in ids.items()} for kind, ids in site.ids.items()}
    return Vocabulary(names, site.catalogue)


def _said(lines: Mapping[str, Line]) -> list[str]:
    return [f"{line.title}: {line.says}" for line in lines.values()]


def _texts(problems: Iterable[object]) -> list[str]:
    return [str(problem) for problem in problems]


PARTS: Final[Mapping[str, Part]] = {
    part.kind: part
    for part in (
        Sources(),
        Pools(),
        Fields(),
        Drafts("form", "Form", Form, check=_form_problems, lines=_form_lines, beside=False),
        Drafts(
            "score",
            "Score",
            ScoreModel,
            check=lambda spec, site: _texts(check_score_spec(spec, site.catalogue)),
            lines=lambda spec, site: _said(score_lines(spec, _names(site))),
            beside=True,
        ),
        Drafts(
            "definition",
            "Definition",
            Definition,
            check=lambda spec, site: _texts(check_term(spec, site.catalogue)),
            lines=lambda spec, site: _said(term_lines(spec, _names(site))),
            beside=True,
        ),
        Drafts(
            "route",
            "Route",
            Route,
            check=lambda spec, site: _texts(check_route_spec(spec, set(site.ids["pool"].values()), site.catalogue)),
            lines=lambda spec, site: _said(route_lines(spec, _names(site))),
            beside=True,
        ),
        Drafts(
            "segments",
            "Segments",
            Segment,
            check=lambda spec, site: _texts(check_segment_spec(spec, site.catalogue)),
            lines=lambda spec, site: _said(segment_lines(spec, _names(site))),
            beside=False,
        ),
        Views(),
    )
}
