"""The room's registration with Django."""

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "leadloop.teams"
    label = "teams"
    default_auto_field = "django.db.models.BigAutoField"
