"""The paths of frameworks."""

from django.urls import path

from leadloop.qualification import views

app_name = "qualification"
urlpatterns = [
    path("qualification/", views.show_frameworks, name="frameworks"),
    path("qualification/new/", views.edit_draft, name="framework_new"),
    path("qualification/known/<slug:name>/", views.use_known, name="framework_known"),
    path("qualification/<slug:name>/", views.show_framework, name="framework"),
    path("qualification/<slug:name>/draft/", views.edit_draft, name="framework_draft"),
    path("qualification/<slug:name>/preview/", views.show_preview, name="framework_preview"),
    *views.BOOK.paths("qualification/<slug:name>/"),
]
