"""The room's registration with Django."""

from django.apps import AppConfig


class ScrubConfig(AppConfig):
    name = "leadloop.scrub"
    label = "scrub"
    default_auto_field = "django.db.models.BigAutoField"
