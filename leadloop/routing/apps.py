"""The room's registration with Django."""

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "leadloop.routing"
    label = "routing"
    default_auto_field = "django.db.models.BigAutoField"
