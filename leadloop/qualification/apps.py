"""The room's registration with Django."""

from django.apps import AppConfig


class QualificationConfig(AppConfig):
    name = "leadloop.qualification"
    label = "qualification"
    default_auto_field = "django.db.models.BigAutoField"
