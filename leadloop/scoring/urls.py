"""The paths of the score and the agreement."""

from django.urls import path

from leadloop.scoring.views import agreement, book, progress, score, term

app_name = "scoring"
urlpatterns = [
    path("score/", score.show_models, name="models"),
    path("score/draft/", score.show_draft, name="model_draft"),
    path("score/draft/settings/", score.change_settings, name="model_settings"),
    *score.RULES.paths("score/"),
    path("score/preview/", score.show_preview, name="model_preview"),
    path("score/progress/", progress.show_progress, name="progress"),
    *score.BOOK.paths("score/"),
    path("agreement/", agreement.show_agreement, name="agreement"),
    path("agreement/new/", term.edit_draft, name="definition_new"),
    path("agreement/terms/<slug:name>/", term.show_term, name="definition"),
    path("agreement/terms/<slug:name>/draft/", term.edit_draft, name="definition_draft"),
    path("agreement/terms/<slug:name>/draft/signatures/<slug:side>/", term.sign, name="definition_signature"),
    path("agreement/terms/<slug:name>/preview/", term.show_preview, name="definition_preview"),
    *book.BOOK.paths("agreement/terms/<slug:name>/"),
]
