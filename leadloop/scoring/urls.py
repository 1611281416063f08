"""The paths of the score and the definition."""

from django.urls import path

from leadloop.scoring.views import definition, progress, score

app_name = "scoring"
urlpatterns = [
    path("score/", score.show_models, name="models"),
    path("score/draft/", score.show_draft, name="model_draft"),
    path("score/draft/settings/", score.change_settings, name="model_settings"),
    *score.RULES.paths("score/"),
    path("score/preview/", score.show_preview, name="model_preview"),
    path("score/progress/", progress.show_progress, name="progress"),
    *score.BOOK.paths("score/"),
    path("definition/", definition.show_definitions, name="definitions"),
    path("definition/draft/", definition.edit_draft, name="definition_draft"),
    path("definition/draft/signatures/<slug:side>/", definition.sign, name="definition_signature"),
    path("definition/preview/", definition.show_preview, name="definition_preview"),
    *definition.BOOK.paths("definition/"),
]
