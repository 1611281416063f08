"""The room's registration with Django."""

from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    name = "leadloop.worktime"
    label = "worktime"
    default_auto_field = "django.db.models.BigAutoField"
