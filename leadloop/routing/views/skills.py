"""What people can do and speak: one page with everybody on it, for those who steer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leadloop.routing.forms import SkillsForm
from leadloop.routing.skills import set_skills, skills_of
from leadloop.teams.models import User
from leadloop.web.access import roles
from leadloop.web.rulebook import see

EDITORS = ("manager", "admin")


@require_safe
@roles(*EDITORS)
def show_skills(request: HttpRequest) -> HttpResponse:
    """Everybody who is here, with skills and languages. Two queries."""
    return _page(request)


@require_POST
@roles(*EDITORS)
def change_skills(request: HttpRequest, person_id: int) -> HttpResponse:
    """Skills and languages of a person; routes ask for them from the next lead on."""
    person, form = get_object_or_404(User.objects.active(), pk=person_id), SkillsForm(request.POST)
    if not form.is_valid():
        return _page(request, person=person, form=form, status=422)
    set_skills(person, **form.cleaned_data)
    messages.success(request, f"Skills and languages of {person} are saved.")
    return see(reverse("routing:skills"))


def _page(request: HttpRequest, *, person: User | None = None, form: SkillsForm | None = None, status: int = 200) -> HttpResponse:
    people = list(User.objects.active().order_by("name", "pk"))
    known = skills_of(people)
    rows = [
        {"person": one, "skills": ", ".join(known[one.pk]["skill"]), "languages": ", ".join(known[one.pk]["language"]), "errors": []}
        for one in people
    ]
    for row in rows:
        if person and form and row["person"] == person:
            row |= {
                "skills": form["skills"].value(),
                "languages": form["languages"].value(),
                "errors": [e for es in form.errors.values() for e in es],
            }
    return render(request, "routing/skills.html", {"rows": rows}, status=status)
