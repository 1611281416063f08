"""What a program may do with a key: the one table that doors, pages and docs read."""

from typing import Final

SCOPES: Final = {
    "leads:write": "Send leads",
    "leads:read": "Read leads and their timelines",
    "leads:sensitive": "Read sensitive data of leads as well; each look is written down",
    "steps:write": "Work on leads: claim, qualify, convert, close",
    "reports:read": "Read reports",
    "segments:read": "Read segments and who is in them",
    "segments:write": "Put leads into segments, and take them out",
    "absences:read": "Read when people are away",
    "absences:write": "Say that people are away, or back",
    "people:erase": "Erase people, for good",
}
