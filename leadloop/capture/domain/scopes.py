"""What a program may do with a key: the one table that doors, pages and docs read."""

from typing import Final

SCOPES: Final = {
    "leads:write": "Send leads",
    "leads:read": "Read leads and their timelines",
    "steps:write": "Work on leads: claim, qualify, convert, close",
    "reports:read": "Read reports",
    "people:erase": "Erase people, for good",
}
