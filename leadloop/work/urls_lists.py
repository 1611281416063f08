"""Paths of the lists: leads, opportunities, accounts, contacts, search."""

from django.urls import URLPattern, URLResolver, path

from leadloop.work.views import accounts, bulk, export, leads, pipeline, saved, search, snapshot

urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/", leads.list_leads, name="leads"),
    path("leads/export/", export.export_leads, name="export"),
    path("leads/filter/", leads.ask_filter, name="leads_filter"),
    path("leads/conditions/", leads.change_builder, name="builder"),
    path("leads/bulk/", bulk.take_bulk_step, name="bulk"),
    path("leads/bulk/undo/<str:token>/", bulk.undo_bulk_step, name="undo_bulk"),
    path("leads/snapshot/", snapshot.take_snapshot, name="snapshot"),
    path("leads/views/", saved.save_view, name="save_view"),
    path("leads/views/restore/", saved.restore_view, name="restore_view"),
    path("leads/views/<int:view_id>/rename/", saved.rename_view, name="rename_view"),
    path("leads/views/<int:view_id>/delete/", saved.delete_view, name="delete_view"),
    path("search/", search.search, name="search"),
    path("opportunities/", pipeline.show_opportunities, name="opportunities"),
    path("opportunities/<int:deal_id>/win/", pipeline.close_opportunity, {"step": "win"}, name="opportunity_win"),
    path("opportunities/<int:deal_id>/lose/", pipeline.close_opportunity, {"step": "lose"}, name="opportunity_lose"),
    path("accounts/", accounts.list_accounts, name="accounts"),
    path("accounts/<int:account_id>/", accounts.show_account, name="account"),
    path("contacts/", accounts.list_contacts, name="contacts"),
    path("contacts/<int:contact_id>/", accounts.show_contact, name="contact"),
]
