"""Pages that belong to no room."""

from django.urls import path

from leadloop.web import views

app_name = "web"
urlpatterns = [path("styleguide/", views.show_styleguide, name="styleguide")]
