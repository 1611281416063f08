"""The API object: every router, mounted at /api/v1/."""

from leadloop import __version__
from leadloop.api import absences, erasures, leads, reports, segments, simulations, steps
from leadloop.api.problem_api import ProblemApi, add_handlers

api = ProblemApi(
    title="Leadloop",
    version=__version__,
    description=(
        "Send leads, follow them, work on them. Keys are made under Settings, or by `leadloop key new`; send one as "
        "`Authorization: Bearer ll_...`."
    ),
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", leads.router)
api.add_router("", steps.router)
api.add_router("", reports.router)
api.add_router("", erasures.router)
api.add_router("", segments.router)
api.add_router("", absences.router)
api.add_router("", simulations.router)
add_handlers(api)
