"""The room's registration with Django."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "leadloop.scoring"
    label = "scoring"
    default_auto_field = "django.db.models.BigAutoField"
