"""The room's registration with Django."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "leadloop.analytics"
    label = "analytics"
    default_auto_field = "django.db.models.BigAutoField"
