"""The desk's paths. A step's name is the last part of its address."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from leadloop.work.offered import STEPS
from leadloop.work.views import lead, news, rail, steps

app_name = "work"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", rail.show_rail, name="rail"),
    path("notifications/", news.list_notifications, name="notifications"),
    path("notifications/bell/", news.show_bell, name="bell"),
    path("notifications/seen/", news.see_notifications, name="see_notifications"),
    path("leads/<int:lead_id>/", lead.show_lead, name="lead"),
    path("leads/<int:lead_id>/touches/", lead.list_touches, name="touches"),
    path("leads/<int:lead_id>/edit/", lead.edit_lead, name="edit"),
    path("leads/<int:lead_id>/tasks/<int:task_id>/done/", steps.finish_task, name="finish_task"),
    *(path(f"leads/<int:lead_id>/{name}/", steps.take_step, {"step": name}, name=name) for name in STEPS),
]
if find_spec("leadloop.work.urls_lists"):
    urlpatterns.append(path("", include("leadloop.work.urls_lists")))
