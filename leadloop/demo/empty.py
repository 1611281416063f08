"""Whether the demo may go in. Imports next to nothing: every start of an install asks."""

from leadloop.kernel.errors import Conflict
from leadloop.leads.models import Lead
from leadloop.teams.models import User

LEADS, SEED = 2_400, 20


class NotEmpty(Conflict):
    """The demo's people and numbers must not mix with real ones."""

    code = "not_empty"
    message = "There are people or leads here already. To try the demo beside them: LEADLOOP_HOME=/some/new/folder leadloop demo"


def is_empty() -> bool:
    """Whether nobody and nothing is there yet. At most two queries."""
    return not User.objects.exists() and not Lead.objects.exists()
