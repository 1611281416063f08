"""The room's registration with Django."""

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "leadloop.simulation"
    label = "simulation"
    default_auto_field = "django.db.models.BigAutoField"
