"""The room's registration with Django."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "leadloop.consent"
    label = "consent"
    default_auto_field = "django.db.models.BigAutoField"
