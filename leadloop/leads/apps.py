"""The room's registration with Django."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leadloop.leads"
    label = "leads"
    default_auto_field = "django.db.models.BigAutoField"
