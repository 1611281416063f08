"""Paths under Measure."""

from django.urls import URLPattern, URLResolver, path

from leadloop.analytics import views, views_agreement

app_name = "analytics"
urlpatterns: list[URLPattern | URLResolver] = [
    path("measure/funnel/", views.show_funnel, name="funnel"),
    path("measure/funnel/csv/", views.download_funnel, name="funnel_csv"),
    path("measure/speed/", views.show_speed, name="speed"),
    path("measure/people/", views.show_people, name="people"),
    path("agreement/report/", views_agreement.show_agreement, name="agreement"),
]
