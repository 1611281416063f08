"""The doors for people: the hosted form, and the pages behind forms, imports, keys and sources."""

from django.urls import path

from leadloop.capture import views_forms

app_name = "capture"
urlpatterns = [
    path("f/<slug:slug>/", views_forms.show_form, name="form"),
]
