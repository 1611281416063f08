"""The paths of segments."""

from django.urls import path

import leadloop.web.paths  # noqa: F401  registers <number:…>
from leadloop.segments.views import members, overlap, rules, targets

app_name = "segments"
ONE = "segments/<slug:name>/"
urlpatterns = [
    path("segments/", rules.show_segments, name="segments"),
    path("segments/new/", rules.edit_draft, name="segment_new"),
    path("segments/overlap/", overlap.show_overlaps, name="overlaps"),
    path("target-lists/", targets.show_lists, name="targets"),
    path("target-lists/new/", targets.new_list, name="target_new"),
    path("target-lists/<slug:name>/", targets.show_list, name="target"),
    path("target-lists/<slug:name>/people.csv", targets.download_list, name="target_file"),
    path("target-lists/<slug:name>/removal/", targets.drop_list, name="target_removal"),
    path(ONE, rules.show_segment, name="segment"),
    path(f"{ONE}draft/", rules.edit_draft, name="segment_draft"),
    path(f"{ONE}preview/", rules.show_preview, name="segment_preview"),
    path(f"{ONE}retirement/", rules.retire_segment, name="segment_retirement"),
    path(f"{ONE}members/", members.show_members, name="segment_members"),
    path(f"{ONE}members/in/", members.say, {"word": "in"}, name="segment_put_in"),
    path(f"{ONE}members/out/", members.say, {"word": "out"}, name="segment_take_out"),
    path(f"{ONE}members/criteria/", members.say, {"word": "criteria"}, name="segment_clear"),
    path(f"{ONE}members/undo/<number:moment>/", members.take_back, name="segment_take_back"),
    path(f"{ONE}history/", members.show_history, name="segment_history"),
    path(f"{ONE}overlap/", overlap.show_overlap, name="segment_overlap"),
    path(f"{ONE}combination/", overlap.combine_segments, name="segment_combination"),
    path(f"{ONE}leads/<number:lead_id>/", members.show_why, name="segment_why"),
    *rules.BOOK.paths(ONE),
]
