"""The paths of people."""

from django.urls import path

from leadloop.teams import views

app_name = "teams"
urlpatterns = [
    path("people/", views.show_people, name="people"),
    path("people/new/", views.add_person, name="new_person"),
    path("people/<int:person_id>/", views.edit_person, name="person"),
    path("people/<int:person_id>/deactivation/", views.deactivate, name="deactivation"),
    path("people/<int:person_id>/password/", views.renew_password, name="password"),
    path("profile/", views.show_profile, name="profile"),
]
