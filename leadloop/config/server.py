"""The application that granian runs: the fast doors first, everything else is Django behind the bridge."""

import logging
import os
import secrets
import signal
import sys
from datetime import datetime
from functools import partial
from multiprocessing import parent_process
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadloop.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - settings must be set up first
from django.urls import get_resolver  # noqa: E402 - with the rest

from leadloop.capture.batcher import BATCHER, Entry  # noqa: E402 - needs the tables
from leadloop.capture.keys import bearer, check_key, seen_key  # noqa: E402 - needs the tables
from leadloop.capture.post_leads import SCOPE, UnknownSource, answer_of, entry_for, seen_sources  # noqa: E402 - needs the tables
from leadloop.capture.senders import check_pace  # noqa: E402 - needs the settings
from leadloop.config.bridge import BodyRefused, Bridge, Gone, close, read_body  # noqa: E402 - needs the settings
from leadloop.config.collector import relax  # noqa: E402 - with the rest
from leadloop.config.supervise import die_with_parent  # noqa: E402 - with the rest
from leadloop.config.uploaders import may_upload  # noqa: E402 - needs the tables
from leadloop.config.wsgi import application as django_application  # noqa: E402 - needs the settings
from leadloop.db.clock import utc_now  # noqa: E402 - with the rest
from leadloop.db.outages import bound_statements, store_needed  # noqa: E402 - with the rest
from leadloop.intake.refusals import REFUSALS  # noqa: E402 - needs the tables
from leadloop.kernel.errors import LeadLoopError  # noqa: E402 - with the rest
from leadloop.web.problems import CONTENT_TYPE, Problem  # noqa: E402 - with the rest

log = logging.getLogger("leadloop.doors")
BRIDGE = Bridge(
    django_application,
    threads=settings.ENV.threads,
    may_upload=may_upload,
    https=settings.ENV.https,
    proxies=settings.ENV.proxies,
    begin=partial(bound_statements, settings.ENV.statement_seconds),
)
JSON = "application/json"
NOSNIFF = ("x-content-type-options", "nosniff")
SMALL_BODY = 16_384
get_resolver()._populate()  # noqa: SLF001 - every page is loaded now, not by the first person who opens one
relax()
if parent_process():
    die_with_parent(signal.SIGKILL)  # granian's own process may be killed; without this its worker would keep the port
sys.setswitchinterval(0.001)  # the event loop must not wait 5 ms for a thread that computes


async def app(scope: Any, protocol: Any) -> None:
    """One request: `POST /api/v1/leads` is answered here, `/livez` too; the rest goes to Django."""
    if scope.proto != "http":
        protocol.close(404)
        return
    if scope.path == "/api/v1/leads" and scope.method == "POST":
        await post_leads(scope, protocol)
    elif scope.path == "/livez":
        protocol.response_str(200, [("content-type", "text/plain")], "alive\n")
    else:
        await BRIDGE(scope, protocol)


async def post_leads(scope: Any, protocol: Any) -> None:
    """The capture door. Answers after the commit, or refuses before anything is kept."""
    request_id = secrets.token_hex(8)
    try:
        now = utc_now()
        token = bearer(scope.headers.get("authorization"))
        key = seen_key(token, SCOPE, now=now) or await BRIDGE.run(store_needed, partial(check_key, token, SCOPE, now=now))
        check_pace(key)
        body = await read_body(scope, protocol)
        entry = await prepare(body, scope.headers, key, now)
        answer = answer_of(await BATCHER.submit_async(entry))
    except Gone:
        return
    except BodyRefused as refusal:
        refuse(protocol, Problem(refusal.status, refusal.code, refusal.words), request_id)
        return
    except Problem as problem:
        refuse(protocol, problem, request_id)
        return
    except LeadLoopError as error:
        refuse(protocol, Problem.of(error), request_id)
        return
    except Exception:
        log.exception("request %s failed", request_id)
        refuse(protocol, Problem(500, "error", "Something went wrong on our side. Nothing was kept."), request_id)
        return
    headers = [("content-type", JSON), NOSNIFF, ("x-request-id", request_id)]
    if answer.replayed:
        headers.append(("idempotent-replayed", "true"))
    protocol.response_bytes(answer.status, headers, answer.body)


async def prepare(body: Any, headers: Any, key: Any, now: datetime) -> Entry:
    """Small bodies are read on the loop; large ones, and names that the store must be asked for, in a thread."""
    if isinstance(body, bytes) and len(body) <= SMALL_BODY:
        try:
            return entry_for(body, headers, key, now=now, find=seen_sources)
        except UnknownSource:
            pass
    whole = body if isinstance(body, bytes) else body.read()
    close(body)
    return await BRIDGE.run(store_needed, partial(entry_for, whole, headers, key, now=now))


def refuse(protocol: Any, problem: Problem, request_id: str) -> None:
    """Say no, and count it by reason."""
    REFUSALS.note("api", problem.code)
    headers = [("content-type", CONTENT_TYPE), NOSNIFF, ("x-request-id", request_id)]
    if problem.retry_after is not None:
        headers.append(("retry-after", str(problem.retry_after)))
    if problem.status == 401:
        headers.append(("www-authenticate", "Bearer"))
    if problem.status in (408, 413):
        headers.append(("connection", "close"))
    protocol.response_bytes(problem.status, headers, problem.body(request_id))
