"""The room's registration with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "leadloop.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
