"""The room's registration with Django."""

from django.apps import AppConfig


class DbConfig(AppConfig):
    name = "leadloop.db"
    label = "db"
    default_auto_field = "django.db.models.BigAutoField"
