"""The paths of scrubs and erasing."""

from django.urls import path

import leadloop.web.paths  # noqa: F401  registers <number:…>
from leadloop.scrub import views

app_name = "scrub"
urlpatterns = [
    path("scrub/", views.show_scrubs, name="scrubs"),
    path("scrub/new/", views.new_scrub, name="new"),
    path("scrub/person/", views.erase_person, name="person"),
    path("scrub/<number:scrub_id>/", views.show_scrub, name="scrub"),
    path("scrub/<number:scrub_id>/progress/", views.show_progress, name="progress"),
    path("scrub/<number:scrub_id>/leads.csv", views.download_leads, name="leads"),
    path("scrub/<number:scrub_id>/undo/", views.undo_scrub, name="undo"),
    path("scrub/<number:scrub_id>/going-on/", views.go_on, name="go_on"),
    path("leads/<number:lead_id>/erasure/", views.erase_lead, name="lead"),
]
