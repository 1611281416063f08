"""The room's registration with Django."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "leadloop.packs"
    label = "packs"
    default_auto_field = "django.db.models.BigAutoField"
