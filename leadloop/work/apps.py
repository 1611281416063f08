"""The room's registration with Django."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "leadloop.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"
