"""The room's registration with Django."""

from django.apps import AppConfig


class NurtureConfig(AppConfig):
    name = "leadloop.nurture"
    label = "nurture"
    default_auto_field = "django.db.models.BigAutoField"
