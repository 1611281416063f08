"""The paths of reasons and junk rules."""

from django.urls import path

from leadloop.outcomes.views import junk, reasons

app_name = "outcomes"
urlpatterns = [
    path("reasons/", reasons.show_reasons, name="reasons"),
    path("reasons/new/<slug:end>/", reasons.edit_reason, name="new_reason"),
    path("reasons/<int:reason_id>/", reasons.edit_reason, name="reason"),
    path("reasons/<int:reason_id>/retirement/", reasons.retire_reason, name="reason_retirement"),
    path("reasons/<int:reason_id>/return/", reasons.return_reason, name="reason_return"),
    path("reasons/<int:reason_id>/place/", reasons.move_reason, name="reason_place"),
    path("junk-rules/", junk.show_rules, name="junk_rules"),
    path("junk-rules/beginning/", junk.begin, name="junk_beginning"),
    path("junk-rules/draft/", junk.show_draft, name="junk_draft"),
    path("junk-rules/draft/passes/", junk.edit_passes, name="junk_passes"),
    *junk.RULES.paths("junk-rules/"),
    path("junk-rules/preview/", junk.show_preview, name="junk_preview"),
    path("junk-rules/proposals/", junk.show_proposals, name="junk_proposals"),
    path("junk-rules/proposals/acceptance/", junk.accept_proposal, name="junk_acceptance"),
    *junk.BOOK.paths("junk-rules/"),
]
