"""The paths of segments."""

from django.urls import path

from leadloop.segments import views

app_name = "segments"
urlpatterns = [
    path("segments/", views.show_segments, name="segments"),
    path("segments/new/", views.edit_draft, name="segment_new"),
    path("segments/<slug:name>/", views.show_segment, name="segment"),
    path("segments/<slug:name>/draft/", views.edit_draft, name="segment_draft"),
    path("segments/<slug:name>/preview/", views.show_preview, name="segment_preview"),
    path("segments/<slug:name>/retirement/", views.retire_segment, name="segment_retirement"),
    *views.BOOK.paths("segments/<slug:name>/"),
]
