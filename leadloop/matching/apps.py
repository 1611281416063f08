"""The room's registration with Django."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "leadloop.matching"
    label = "matching"
    default_auto_field = "django.db.models.BigAutoField"
