"""The room's registration with Django."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "leadloop.outcomes"
    label = "outcomes"
    default_auto_field = "django.db.models.BigAutoField"
