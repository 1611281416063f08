"""Every path of the product, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from leadloop.config import health
from leadloop.web.accounts import hide

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.show_alive),
    path("readyz", health.show_ready),
    path("metrics", health.show_metrics),
    path("accounts/email/", hide),
    path("accounts/confirm-email/", hide),
    path("accounts/confirm-email/<path:key>/", hide),
    path("accounts/login/code/confirm/", hide),
    path("accounts/", include("allauth.account.urls")),
    path("", include("leadloop.api.urls")),
    path("", include("leadloop.web.urls")),
    path("", include("leadloop.capture.urls")),
    path("", include("leadloop.work.urls")),
    path("", include("leadloop.scoring.urls")),
    path("", include("leadloop.learning.urls")),
    path("", include("leadloop.qualification.urls")),
    path("", include("leadloop.segments.urls")),
    path("", include("leadloop.outcomes.urls")),
    path("", include("leadloop.scrub.urls")),
    path("", include("leadloop.analytics.urls")),
    path("", include("leadloop.simulation.urls")),
    path("", include("leadloop.routing.urls")),
    path("", include("leadloop.teams.urls")),
    path("", include("leadloop.worktime.urls")),
    path("", include("leadloop.fieldbook.urls")),
    path("", include("leadloop.packs.urls")),
]
