"""The room's registration with Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "leadloop.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
