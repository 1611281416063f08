"""Paths under Settings > Packs."""

from django.urls import URLPattern, URLResolver, path

from leadloop.packs import views

app_name = "packs"
urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/packs/", views.show_packs, name="packs"),
    path("settings/packs/<slug:name>/", views.show_pack, name="pack"),
    path("settings/packs/<slug:name>/installation/", views.install_pack, name="install"),
    path("settings/packs/<slug:name>/removal/", views.remove_pack, name="remove"),
    path("settings/packs/<slug:name>/sample/", views.add_sample, name="sample"),
    path("settings/packs/<slug:name>/sample/removal/", views.drop_sample, name="drop_sample"),
]
