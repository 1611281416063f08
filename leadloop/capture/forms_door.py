"""The hosted form's way into the inbox: one-time tokens, what counts as evidence, and the one place where a post is taken in.

A filled honeypot leaves no submission: it is counted as refused and the stranger sees the same thanks, so that a robot learns nothing.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import Q

from leadloop import loop
from leadloop.capture.domain.form_spec import OURS, FormSpec
from leadloop.capture.forms import HostedForm
from leadloop.capture.models import Form, FormToken
from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.db.versions import Status
from leadloop.intake.domain.arrival import Arrival
from leadloop.intake.domain.fields import CLICK_IDS
from leadloop.leads.actions import source_ids
from leadloop.loop import Taken

TOKEN: Final = f"{OURS}token"
HONEYPOT: Final = f"{OURS}website"
REFERRER: Final = f"{OURS}referrer"
TOKEN_LIFE = timedelta(hours=24)
TOKENS_KEPT = timedelta(hours=48)
QUICKEST = timedelta(seconds=2)  # nobody reads and fills a form in less; marked, not refused
MOST_UNDECLARED, LONGEST_MARK = 50, 500


@dataclass(frozen=True, slots=True)
class Token:
    """One page that was handed out. `digest` is remembered once it was used."""

    version: int
    issued_at: datetime
    digest: str

    def expired(self, now: datetime) -> bool:
        return not self.issued_at - timedelta(minutes=5) <= now < self.issued_at + TOKEN_LIFE


@dataclass(frozen=True, slots=True)
class Sender:
    """What a request says of where it came from."""

    ip: str
    user_agent: str
    referrer: str
    marks: Mapping[str, str]


def new_token(form: Form, *, now: datetime) -> str:
    """A token for one post of this version of the form; works in any process, needs no cookie."""
    return _signer(form.name).sign(f"{form.version}.{int(now.timestamp())}.{secrets.token_urlsafe(16)}")


def read_token(text: str, name: str) -> Token | None:
    """The token, if it is one of ours for this form; whether it is still young is the caller's question."""
    try:
        version, issued, nonce = _signer(name).unsign(text[:200]).split(".")
        return Token(int(version), datetime.fromtimestamp(int(issued), tz=UTC), hashlib.sha256(f"{name}:{nonce}".encode()).hexdigest())
    except (BadSignature, ValueError, UnicodeEncodeError):
        return None


def repeat_digest(name: str, key: str) -> str:
    """Stands for the Idempotency-Key of a program as a token's digest does for a page."""
    return hashlib.sha256(f"json:{name}:{key}".encode("utf-8", "surrogatepass")).hexdigest()


def form_of_version(name: str, version: int | None) -> Form | None:
    """The version that the person saw, so that evidence holds those very words; None if the form is not published (any more). One query."""
    wanted = Q(status=Status.PUBLISHED) if version is None else Q(status=Status.PUBLISHED) | Q(status=Status.RETIRED, version=version)
    found = list(Form.objects.filter(wanted, name=name))
    current = next((form for form in found if form.status == Status.PUBLISHED), None)
    return next((form for form in found if form.version == version), current) if current else None


def arrival_of(
    form: Form, hosted: HostedForm, *, undeclared: Mapping[str, str], sender: Sender, token: Token | None, now: datetime
) -> Arrival:
    """A checked post as the loop takes it: raw answers, evidence of consent, and how it came."""
    spec = hosted.spec
    payload = spec.payload(hosted.answers())
    extra = _undeclared(spec, undeclared)
    if extra:
        payload["undeclared"] = extra
    source_id, country = source_ids([spec.source], now=now)[spec.source]
    return Arrival(
        door="form",
        source_id=source_id,
        payload=payload,
        raw=bulk.to_json(payload).decode(),
        received_at=now,
        happened_at=now,
        country=country or settings.DEFAULT_COUNTRY,
        context=_context(form, hosted, sender=sender, token=token, now=now),
    )


@retried
def take(arrivals: Sequence[Arrival], *, digest: str | None, now: datetime) -> list[Taken]:
    """Take posts in, once per `digest`; [] if it was used before. The one line to change when posts share commits with other doors.

    The token's row and the submission commit together: its primary key decides between two clicks at the same moment.
    """
    with transaction.atomic():
        if digest is not None:
            try:
                with transaction.atomic():
                    FormToken.objects.create(digest=digest, used_at=now)
            except IntegrityError:
                return []
        return loop.capture(arrivals, now=now)


def was_used(digest: str) -> bool:
    """Whether this token's post has been taken in."""
    return FormToken.objects.filter(digest=digest).exists()


def forget_tokens(*, now: datetime) -> int:
    """Drop tokens that have expired twice over; returns how many."""
    gone, _ = FormToken.objects.filter(used_at__lt=now - TOKENS_KEPT).delete()
    return gone


def marks_of(values: Mapping[str, str]) -> dict[str, str]:
    """utm_* and click ids among the parameters of a page, cut to what is kept."""
    found = {}
    for name, value in values.items():
        known = name.lower() if len(name) <= 60 else ""
        if (known.startswith("utm_") or known in CLICK_IDS) and known.isascii() and value and clean_text(value) == value:
            found[known] = value[:LONGEST_MARK]
    return dict(sorted(found.items())[:30])


def clean_text(text: str) -> str:
    """Text that can be shown and stored: NUL and lone surrogates become the replacement sign."""
    if text.isascii() and "\x00" not in text:
        return text
    return "".join("\ufffd" if letter == "\x00" or "\ud800" <= letter <= "\udfff" else letter for letter in text)


def _signer(name: str) -> Signer:
    return Signer(salt=f"leadloop.capture.form:{name}")


def _undeclared(spec: FormSpec, given: Mapping[str, str]) -> dict[str, str]:
    """What was sent beside the form's fields: kept with the payload, read by nobody."""
    declared = {question.name for question in spec.questions}
    extra = [
        (name[:80], value[:LONGEST_MARK])
        for name, value in given.items()
        if name not in declared and not name.startswith(OURS) and value and not marks_of({name: value})
    ]
    return {clean_text(name): clean_text(value) for name, value in extra[:MOST_UNDECLARED]}


def _context(form: Form, hosted: HostedForm, *, sender: Sender, token: Token | None, now: datetime) -> dict[str, Any]:
    version = f"{form.name} v{form.version}"
    boxes = list(zip(hosted.spec.boxes, hosted.ticked(), strict=True))
    context: dict[str, Any] = {
        "form": form.name,
        "version": form.version,
        "ip": sender.ip,
        "user_agent": sender.user_agent,
        "page_url": f"{settings.PUBLIC_URL}/f/{form.name}/",
        "referrer": sender.referrer,
        "marks": dict(sender.marks),
        "consents": [
            {"purpose": box.purpose, "channel": box.channel, "granted": True, "text": box.text, "version": version}
            for box, ticked in boxes
            if ticked
        ],
        # A box left empty refuses nothing: it is kept as seen and not turned into a withdrawal.
        "unticked": [{"purpose": box.purpose, "channel": box.channel, "version": version} for box, ticked in boxes if not ticked],
    }
    if token is not None:
        context["seconds"] = max(0, int((now - token.issued_at).total_seconds()))
        if now - token.issued_at < QUICKEST:
            context["suspicious"] = ["too_fast"]
    return {name: value for name, value in context.items() if value not in ("", [], {})}
