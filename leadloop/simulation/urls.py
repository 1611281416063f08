"""The paths of simulations."""

from django.urls import path

from leadloop.simulation import views

app_name = "simulation"
urlpatterns = [
    path("simulations/", views.show_simulations, name="simulations"),
    path("simulations/<int:number>/", views.show_simulation, name="simulation"),
    path("simulations/<int:number>/progress/", views.show_progress, name="progress"),
    path("simulations/<int:number>/delete/", views.delete_simulation, name="delete"),
]
