"""The room's registration with Django."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "leadloop.learning"
    label = "learning"
    default_auto_field = "django.db.models.BigAutoField"
