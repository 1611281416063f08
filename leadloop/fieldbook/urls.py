"""The paths of declared fields, among the settings."""

from django.urls import path

from leadloop.fieldbook import views

app_name = "fieldbook"
urlpatterns = [
    path("settings/fields/", views.show_fields, name="fields"),
    path("settings/fields/new/", views.add_field, name="new"),
    path("settings/fields/<slug:name>/", views.edit_field, name="field"),
    path("settings/fields/<slug:name>/retirement/", views.retire_field, name="retire"),
    path("settings/fields/<slug:name>/restoration/", views.restore_field, name="restore"),
]
