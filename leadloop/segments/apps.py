"""The room's registration with Django."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "leadloop.segments"
    label = "segments"
    default_auto_field = "django.db.models.BigAutoField"
