"""Every path of the product, room by room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("leadloop.web.urls")),
    path("", include("leadloop.work.urls")),
    path("", include("leadloop.scoring.urls")),
]
