"""The room's registration with Django."""

from django.apps import AppConfig


class FieldbookConfig(AppConfig):
    name = "leadloop.fieldbook"
    label = "fieldbook"
    default_auto_field = "django.db.models.BigAutoField"
