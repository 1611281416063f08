"""Words that tell what staff or other systems wrote about a lead after it came, as they stand in many CRM exports."""

import re
from collections.abc import Mapping

_WORD = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

AFTERWARDS = frozenset(
    "last latest recent tag tags quality disposition outcome status substatus stage resolution score scoring rating grade ranking won lost"
    " closed closing conversion converted deal followup reason remark remarks verdict result probability".split()
)
"""In a column's name: what is written, or written over, as work goes on."""
PERHAPS = frozenset(
    "activity index profile notes note comment comments next calls attempts response behaviour behavior contacted modified updated".split()
)
"""In a column's name: often written afterwards."""
WORKER = frozenset(
    "agent owner assignee assigned rep salesperson salesman handler advisor adviser counsellor counselor sdr bdr caller executive".split()
)
"""In a column's name: who works on the lead, which is decided once it is here."""
EVENT = re.compile(
    r"\b(opened|clicked|sent|bounced|unsubscribed|resubscribed|replied|answered|ringing|switched off|busy|unreachable|not reachable"
    r"|no answer|not responding|called|call ?back|conversation|spoke|spoken|visited|contacted|reverted|revert"
    r"|follow(ing)? ?up|in touch|touch with|approached|closed|lost|won|converted|not interested|interested|invalid|wrong number"
    r"|not eligible|disqualified|view in browser|submitted on|demo given|negotiat\w+|enrolled|dropped)\b"
)
"""In a value: something that happened to a lead once somebody worked on it."""
VERDICT = re.compile(
    r"\b(hot|warm|cold|high|medium|low|very high|very low|might be|may be|maybe|not sure|worst|best|good|bad|poor|relevan\w+|potential"
    r"|qualified|unqualified|promising|junk|spam|fake|test)\b"
)
"""In a value: what somebody thinks of the lead."""

SENSITIVE = frozenset(
    "gender sex race ethnic ethnicity religion religious faith health diagnosis disease illness disability disabled age birth birthday"
    " birthdate dob born marital pregnant pregnancy nationality citizenship political orientation sexual union criminal veteran genetic"
    " medication ssn passport iban".split()
)
"""In a custom field's name: what must not decide how somebody is treated. Such fields are never learned from."""


def is_sensitive(name: str) -> bool:
    """Whether a field is by its name one that nobody should be judged by."""
    return bool(words_of_name(name) & SENSITIVE)


def words_of_name(name: str) -> set[str]:
    """The words of a column's name: "lastActivity_date" is last, activity and date."""
    return set(_WORD.findall(_CAMEL.sub(" ", name).casefold()))


def shares(levels: Mapping[str, int]) -> tuple[float, float]:
    """Which share of the leads has a value that tells of work on it, and which share one that judges it."""
    rows = sum(levels.values()) or 1
    events = sum(count for level, count in levels.items() if EVENT.search(level))
    verdicts = sum(count for level, count in levels.items() if not EVENT.search(level) and VERDICT.search(level))
    return events / rows, verdicts / rows
