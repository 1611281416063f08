"""The paths of scores, temperature and the agreement. The main model's are short; other models stand under their names."""

from django.urls import URLPattern, path

from leadloop.scoring.actions import MODEL
from leadloop.scoring.views import agreement, book, books, models, parts, progress, score, temperature, term, whatif

app_name = "scoring"


def of_model(prefix: str, *, name: str = "") -> list[URLPattern]:
    """The pages of one model, or of all those under their names."""
    extra = {"name": name} if name else {}
    return [
        path(f"{prefix}", score.show_models, extra, name="model"),
        path(f"{prefix}draft/", score.show_draft, extra, name="model_draft"),
        path(f"{prefix}draft/settings/", score.change_settings, extra, name="model_settings"),
        path(f"{prefix}draft/activity/", parts.edit_engagement, extra, name="model_engagement"),
        path(f"{prefix}draft/activity/removal/", parts.drop_engagement, extra, name="model_engagement_removal"),
        path(f"{prefix}draft/thresholds/", parts.edit_threshold, extra, name="model_new_threshold"),
        path(f"{prefix}draft/thresholds/<slug:threshold>/", parts.edit_threshold, extra, name="model_threshold"),
        path(f"{prefix}draft/thresholds/<slug:threshold>/removal/", parts.remove_threshold, extra, name="model_threshold_removal"),
        path(f"{prefix}draft/audience/", parts.edit_audience, extra, name="model_audience"),
        *books.RULES.paths(prefix, name=name),
        path(f"{prefix}preview/", whatif.show_preview, extra, name="model_preview"),
        path(f"{prefix}preview/exact/", whatif.show_exact, extra, name="model_exact"),
        path(f"{prefix}preview/exact/count/", whatif.count_exactly, extra, name="model_count"),
        path(f"{prefix}retirement/", models.retire_model, extra, name="model_retirement"),
        *books.BOOK.paths(prefix, name=name),
    ]


urlpatterns = [
    path("score/models/", models.list_models, name="all_models"),
    path("score/models/new/", models.new_model, name="new_model"),
    path("score/plans/", models.list_plans, name="plans"),
    path("score/progress/", progress.show_progress, name="progress"),
    *of_model("score/models/<slug:name>/"),
    path("score/", score.show_models, name="models"),
    *of_model("score/", name=MODEL),  # last, so that reversing finds the short ones first
    path("temperature/", temperature.show_rule, name="temperature"),
    path("temperature/draft/", temperature.edit_draft, name="temperature_draft"),
    path("temperature/preview/", temperature.show_preview, name="temperature_preview"),
    *temperature.BOOK.paths("temperature/"),
    path("agreement/", agreement.show_agreement, name="agreement"),
    path("agreement/new/", term.edit_draft, name="definition_new"),
    path("agreement/terms/<slug:name>/", term.show_term, name="definition"),
    path("agreement/terms/<slug:name>/draft/", term.edit_draft, name="definition_draft"),
    path("agreement/terms/<slug:name>/draft/signatures/<slug:side>/", term.sign, name="definition_signature"),
    path("agreement/terms/<slug:name>/preview/", term.show_preview, name="definition_preview"),
    *book.BOOK.paths("agreement/terms/<slug:name>/"),
]
