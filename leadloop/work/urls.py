"""The desk's paths. A step's name is the last part of its address."""

from django.urls import URLPattern, URLResolver, include, path

import leadloop.web.paths  # noqa: F401  registers <number:…>
from leadloop.work.offered import STEPS
from leadloop.work.views import answers, junk_review, lead, news, rail, steps, why

app_name = "work"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", rail.show_rail, name="rail"),
    path("junk/", junk_review.show_junk, name="junk"),
    path("junk/verdicts/", junk_review.judge_junk, name="judge_junk"),
    path("notifications/", news.list_notifications, name="notifications"),
    path("notifications/bell/", news.show_bell, name="bell"),
    path("notifications/seen/", news.see_notifications, name="see_notifications"),
    path("leads/<number:lead_id>/", lead.show_lead, name="lead"),
    path("leads/<number:lead_id>/sensitive/", lead.reveal_lead, name="reveal"),
    path("leads/<number:lead_id>/why/", why.show_why, name="why"),
    path("leads/<number:lead_id>/touches/", lead.list_touches, name="touches"),
    path("leads/<number:lead_id>/answers/", answers.save_answers, name="answers"),
    path("leads/<number:lead_id>/edit/", lead.edit_lead, name="edit"),
    path("leads/<number:lead_id>/tasks/<number:task_id>/done/", steps.finish_task, name="finish_task"),
    *(path(f"leads/<number:lead_id>/{name}/", steps.take_step, {"step": name}, name=name) for name in STEPS),
    path("", include("leadloop.work.urls_lists")),
]
