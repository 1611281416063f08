"""Paths of the lists: leads, opportunities, accounts, contacts, search."""

from django.urls import URLPattern, URLResolver, path

from leadloop.work.views import bulk, leads, saved

urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/", leads.list_leads, name="leads"),
    path("leads/filter/", leads.ask_filter, name="leads_filter"),
    path("leads/conditions/", leads.change_builder, name="builder"),
    path("leads/bulk/", bulk.take_bulk_step, name="bulk"),
    path("leads/bulk/undo/<str:token>/", bulk.undo_bulk_step, name="undo_bulk"),
    path("leads/views/", saved.save_view, name="save_view"),
    path("leads/views/restore/", saved.restore_view, name="restore_view"),
    path("leads/views/<int:view_id>/rename/", saved.rename_view, name="rename_view"),
    path("leads/views/<int:view_id>/delete/", saved.delete_view, name="delete_view"),
]
