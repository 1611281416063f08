"""What the list shows now, all of it, as a fixed list."""

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leadloop.db.clock import utc_now
from leadloop.segments import hand
from leadloop.segments.forms import segment_name
from leadloop.segments.hand import Hand
from leadloop.segments.models import Segment, Why
from leadloop.web.access import roles
from leadloop.web.returning import SeeOther, say
from leadloop.work.asking import asked_by
from leadloop.work.lists import matching
from leadloop.work.views.export import MAY_EXPORT


class SnapshotForm(forms.Form):
    """What the list is to be called."""

    title = forms.CharField(label="Name", max_length=120, help_text="The leads of this moment; later ones do not join by themselves.")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*MAY_EXPORT)
def take_snapshot(request: HttpRequest) -> HttpResponse:
    """Name the list, then put everybody in whom the search finds at this moment, however many."""
    posted, now = request.method == "POST", utc_now()
    query = (request.POST.get("query", "") if posted else request.GET.urlencode())[:30_000]
    asked = asked_by(request.user, dict(QueryDict(query).lists()))  # type: ignore[arg-type]  # signed in
    form = SnapshotForm(request.POST if posted else None)
    back = f"{reverse('work:leads')}?{asked.address()[1:]}"
    if not posted or not form.is_valid():
        return render(request, "work/snapshot.html", {"form": form, "query": query, "back": back}, status=422 if posted else 200)
    title = form.cleaned_data["title"]
    name = segment_name(title, Segment.objects.values_list("name", flat=True).distinct())
    hand.new_list(title, name, author=request.user, now=now)  # type: ignore[arg-type]  # signed in
    found = matching(asked, person=request.user, now=now)  # type: ignore[arg-type]  # signed in
    came = hand.put_in_all(name, hand.among(found), Hand(request.user, Why.SNAPSHOT, title), now=now)  # type: ignore[arg-type]  # signed in
    say(request, f"“{title}” is there, with {came:,} lead{'' if came == 1 else 's'}.")
    return SeeOther(reverse("segments:segment_members", args=[name]))
