"""The doors for people: the hosted form, and the pages behind forms, imports, keys and sources."""

from django.urls import path

from leadloop.capture import views_form_pages, views_forms, views_imports, views_settings

app_name = "capture"
urlpatterns = [
    path("f/<slug:slug>/", views_forms.show_form, name="form"),
    path("forms/", views_form_pages.show_forms, name="forms"),
    path("forms/<slug:name>/", views_form_pages.edit_form, name="edit_form"),
    path("forms/<slug:name>/preview/", views_form_pages.show_preview, name="form_preview"),
    path("forms/<slug:name>/versions/<int:version>/restore/", views_form_pages.restore_form, name="restore_form"),
    path("forms/<slug:name>/offline/", views_form_pages.take_offline, name="form_offline"),
    path("imports/", views_imports.show_imports, name="imports"),
    path("imports/<int:import_id>/", views_imports.show_import, name="import"),
    path("imports/<int:import_id>/progress/", views_imports.show_progress, name="progress"),
    path("imports/<int:import_id>/list/", views_imports.make_list, name="import_list"),
    path("imports/<int:import_id>/resume/", views_imports.resume_import, name="resume"),
    path("imports/<int:import_id>/refused.csv", views_imports.download_refused, name="refused"),
    path("imports/<int:import_id>/doubtful.csv", views_imports.download_doubtful, name="doubtful"),
    path("settings/keys/", views_settings.show_keys, name="keys"),
    path("settings/keys/<int:key_id>/revocation/", views_settings.revoke_key, name="revoke_key"),
    path("settings/sources/", views_settings.show_sources, name="sources"),
    path("settings/sources/<int:source_id>/", views_settings.edit_source, name="source"),
]
