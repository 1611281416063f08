"""Is it alive, would an inquiry be kept now, and how are the books: for load balancers and for monitoring."""

from django.db import DatabaseError, connection
from django.db.models import Count, Min, Sum
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from leadloop.capture.batcher import BATCHER
from leadloop.config.prepare import pending_migrations
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.intake.models import Refusal, Submission, Tally, Verdict, Waiting
from leadloop.segments.counting import last_sizes
from leadloop.segments.freshness import longest_lag

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_fitting: list[bool] = []  # True once the tables were seen to fit


def show_alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


def show_ready(request: HttpRequest) -> HttpResponse:
    """200 if the store answers, its tables fit the code and the doors have room; else 503 with the reason."""
    reason = why_not_ready()
    if reason is None:
        return HttpResponse("ready\n", content_type="text/plain")
    response = HttpResponse(f"{reason}\n", status=503, content_type="text/plain")
    response["Retry-After"] = "2"
    return response


def why_not_ready() -> str | None:
    """What would make an intake fail now, or None. The tables are compared once; they only change with the code."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        if not _fitting and pending_migrations():
            return "the tables are older than the code: run `leadloop migrate`"
    except DatabaseError:
        return "the database does not answer"
    _fitting[:] = [True]
    return None if BATCHER.has_room else "the doors are full"


def show_metrics(request: HttpRequest) -> HttpResponse:
    """The books and the queues, in Prometheus' text form."""
    registry = CollectorRegistry()
    now = utc_now()
    _labelled(registry, "leadloop_received", "Submissions kept, by door", "door", dict(Tally.objects.values_list("door", "received")))
    refused = Refusal.objects.values_list("reason").annotate(Sum("count"))
    _labelled(registry, "leadloop_refused", "Requests and rows refused, by reason", "reason", dict(refused))
    verdicts = Verdict.objects.values_list("outcome").filter(outcome="quarantined").annotate(Count("pk"))
    _single(registry, "leadloop_quarantined", "Submissions set aside", dict(verdicts).get("quarantined", 0))
    _single(registry, "leadloop_waiting", "Submissions that wait to be judged", Waiting.objects.count())
    oldest = Submission.objects.filter(waiting__isnull=False).aggregate(first=Min("received_at"))["first"]
    _single(registry, "leadloop_waiting_seconds", "Age of the oldest of them", (now - oldest).total_seconds() if oldest else 0)
    _single(registry, "leadloop_door_depth", "Captures that wait for a commit in this process", BATCHER.depth)
    jobs = Job.objects.exclude(state=Job.State.DONE).values_list("state").annotate(Count("pk"))
    _labelled(registry, "leadloop_jobs", "Jobs that are not done, by state", "state", dict(jobs))
    late = Job.objects.filter(state=Job.State.READY, run_after__lte=now).aggregate(first=Min("run_after"))["first"]
    _single(registry, "leadloop_job_lag_seconds", "How long the longest due job has waited", (now - late).total_seconds() if late else 0)
    lags = longest_lag(now=now)
    _labelled(
        registry, "leadloop_segment_lag_seconds", "How far a segment that time moves is behind; 0 where it moves nobody", "segment", lags
    )
    _labelled(registry, "leadloop_segment_members", "Leads in a segment when they were last counted", "segment", last_sizes())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE)


def _single(registry: CollectorRegistry, name: str, text: str, value: float) -> None:
    Gauge(name, text, registry=registry).set(value)


def _labelled(registry: CollectorRegistry, name: str, text: str, label: str, values: dict[str, float]) -> None:
    gauge = Gauge(name, text, [label], registry=registry)
    for key, value in values.items():
        gauge.labels(key).set(value)
