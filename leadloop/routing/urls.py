"""The paths of routes, pools and presence."""

from django.urls import path

from leadloop.routing.views import pools, routes, skills

app_name = "routing"
urlpatterns = [
    path("routes/", routes.show_routes, name="routes"),
    path("routes/draft/", routes.show_draft, name="route_draft"),
    path("routes/draft/fallback/", routes.change_fallback, name="route_fallback"),
    *routes.RULES.paths("routes/"),
    path("routes/preview/", routes.show_preview, name="route_preview"),
    *routes.BOOK.paths("routes/"),
    path("pools/", pools.show_pools, name="pools"),
    path("pools/new/", pools.edit_pool, name="new_pool"),
    path("pools/<int:pool_id>/", pools.edit_pool, name="pool"),
    path("pools/<int:pool_id>/seats/", pools.add_seat, name="seats"),
    path("pools/<int:pool_id>/seats/<int:person_id>/weight/", pools.change_weight, name="seat_weight"),
    path("pools/<int:pool_id>/seats/<int:person_id>/removal/", pools.remove_seat, name="seat_removal"),
    path("pools/<int:pool_id>/seats/<int:person_id>/return/<int:weight>/", pools.return_seat, name="seat_return"),
    path("people/skills/", skills.show_skills, name="skills"),
    path("people/<int:person_id>/skills/", skills.change_skills, name="person_skills"),
    path("people/<int:person_id>/presence/", pools.begin_presence, name="presence"),
    path("people/<int:person_id>/absence/", pools.end_presence, name="absence"),
    path("people/<int:person_id>/comeback/", pools.come_back, name="comeback"),
    path("people/<int:person_id>/cap/", pools.change_cap, name="cap"),
]
