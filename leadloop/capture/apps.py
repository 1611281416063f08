"""The room's registration with Django."""

from django.apps import AppConfig


class CaptureConfig(AppConfig):
    name = "leadloop.capture"
    label = "capture"
    default_auto_field = "django.db.models.BigAutoField"
