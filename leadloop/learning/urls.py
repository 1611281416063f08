"""The paths of learning."""

from django.urls import path

from leadloop.learning.views import overview, versions

app_name = "learning"
urlpatterns = [
    path("learning/", overview.show_learning, name="overview"),
    path("learning/training/", overview.create_training, name="train"),
    path("learning/progress/", overview.show_progress, name="progress"),
    path("learning/stop/", overview.stop, name="stop"),
    path("learning/versions/", versions.show_versions, name="versions"),
    path("learning/versions/<int:number>/", versions.show_version, name="version"),
    path("learning/versions/<int:number>/preview/", versions.show_preview, name="preview"),
    path("learning/versions/<int:number>/use/", versions.use, name="use"),
]
