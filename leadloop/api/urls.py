"""Paths of the API and its documentation."""

from django.urls import path

from leadloop.api.docs import show_criteria_schema, show_docs
from leadloop.api.main import api

urlpatterns = [
    path("api/docs", show_docs, name="api-docs"),
    path("api/v1/criteria-schema.json", show_criteria_schema, name="criteria-schema"),
    path("api/v1/", api.urls),
]
