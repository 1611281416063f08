"""The hosted form that strangers open, with or without JavaScript and cookies."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from leadloop.capture import forms_door
from leadloop.capture.domain.form_spec import OURS, FormSpec, read_form_spec
from leadloop.capture.domain.json_texts import BAD_TEXT, bad_text_in
from leadloop.capture.forms import HostedForm
from leadloop.capture.forms_door import HONEYPOT, REFERRER, TOKEN, Sender
from leadloop.capture.models import Form
from leadloop.capture.senders import TOO_MANY, seconds_to_wait
from leadloop.db.clock import utc_now
from leadloop.db.outages import OUTAGES
from leadloop.intake.forms import SEPARATOR
from leadloop.intake.refusals import REFUSALS
from leadloop.kernel.errors import Unavailable
from leadloop.leads import fields
from leadloop.leads.domain.custom_fields import FieldSpec, Kind
from leadloop.web.limits import BODY_BYTES, KEY_CHARACTERS
from leadloop.web.problems import CONTENT_TYPE, Problem

MOST_PARTS = 1_000
OVERLOADED: tuple[type[Exception], ...] = (*OUTAGES, Unavailable)
LONGEST_HEADER = 500
URLENCODED, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
STALE = "This page had been open for a long time. Look it over and send it once more."
TOO_OFTEN = "That was very often from where you are. Nothing is lost: wait a moment and send it once more."
BUSY = "We are very busy right now. Nothing is lost: wait a moment and send it once more."


class Unreadable(Exception):
    """A body that cannot be taken apart, or one `field` of it."""

    def __init__(self, status: int, reason: str, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.field = status, reason, message, field


@csrf_exempt  # strangers have no session; the one-time token stands for it
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def show_form(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the form, POST takes it in. The same address takes JSON if the form says so."""
    form = forms_door.form_of_version(slug, None)
    if form is None:
        raise Http404
    now = utc_now()
    if request.method != "POST":
        carried = forms_door.marks_of(request.GET.dict()) | {REFERRER: _header(request, "HTTP_REFERER")}
        return _page(form, hosted_form(form), carried=carried, now=now)
    if request.content_type == JSON and form.spec.get("json") is True:
        return _take_json(request, form, now=now)
    return _take_page(request, form, now=now)


def _take_page(request: HttpRequest, form: Form, *, now: datetime) -> HttpResponse:
    wait = seconds_to_wait(_address(request))
    try:
        sent = _read_body(request, fields.declared_now())
    except Unreadable as error:
        REFUSALS.note("form", error.reason)
        return _page(form, hosted_form(form), now=now, status=error.status, notice=error.message)
    token = forms_door.read_token(sent.get(TOKEN, ""), form.name)
    form = forms_door.form_of_version(form.name, token.version if token else None) or form
    hosted = hosted_form(form, sent)
    if wait:
        REFUSALS.note("form", TOO_MANY)
        return _page(form, hosted, carried=sent, now=now, status=429, notice=TOO_OFTEN, retry_after=wait)
    if token is not None and forms_door.was_used(token.digest):
        return _thanks(form)
    if sent.get(HONEYPOT):
        REFUSALS.note("form", "honeypot")
        return _thanks(form)
    if not hosted.is_valid():
        REFUSALS.note("form", "invalid")
        return _page(form, hosted, carried=sent, now=now, status=422)
    if token is None or token.expired(now):
        REFUSALS.note("form", "stale_page")
        return _page(form, hosted, carried=sent, now=now, status=422, notice=STALE)
    sender = _sender(request, marks=forms_door.marks_of(sent), referrer=sent.get(REFERRER, ""))
    try:
        arrival = forms_door.arrival_of(form, hosted, undeclared=sent, sender=sender, token=token, now=now)
        forms_door.take([arrival], digest=token.digest, now=now)
    except OVERLOADED:
        return _page(form, hosted, carried=sent, now=now, status=503, notice=BUSY, token=sent[TOKEN], retry_after=2)
    return _thanks(form)


def _take_json(request: HttpRequest, form: Form, *, now: datetime) -> HttpResponse:
    """`{"fields": {...}, "consents": ["marketing:email"]}`, answered as JSON; an Idempotency-Key makes a repeat harmless."""
    if wait := seconds_to_wait(_address(request)):
        REFUSALS.note("form", TOO_MANY)
        return _problem(request, Problem(429, TOO_MANY, TOO_OFTEN, retry_after=wait))
    spec = read_form_spec(form.spec)
    try:
        given, agreed = _read_json(request, spec, fields.declared_now())
    except Unreadable as error:
        REFUSALS.note("form", error.reason)
        errors = {error.field: error.message} if error.field else None
        return _problem(request, Problem(error.status, error.reason, error.message, errors=errors))
    boxes = {f"{OURS}consent_{place}": f"{box.purpose}:{box.channel}" in agreed for place, box in enumerate(spec.boxes)}
    hosted = hosted_form(form, {**given, **{name: "on" for name, ticked in boxes.items() if ticked}})
    if not hosted.is_valid():
        REFUSALS.note("form", "invalid")
        errors = {name.replace("__all__", "fields"): " ".join(map(str, texts)) for name, texts in hosted.errors.items()}
        return _problem(request, Problem(422, "invalid", "Some fields cannot be taken.", errors=errors))
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > KEY_CHARACTERS:
        return _problem(request, Problem(422, "bad_idempotency_key", f"An Idempotency-Key has at most {KEY_CHARACTERS} characters."))
    sender = _sender(request, marks=forms_door.marks_of(request.GET.dict()), referrer=_header(request, "HTTP_REFERER"))
    try:
        arrival = forms_door.arrival_of(form, hosted, undeclared={}, sender=sender, token=None, now=now)
        forms_door.take([arrival], digest=forms_door.repeat_digest(form.name, key) if key else None, now=now)
    except OVERLOADED:
        return _problem(request, Problem(503, "unavailable", BUSY, retry_after=2))
    return HttpResponse(json.dumps({"thanks": spec.thanks}), status=201, content_type=JSON)


def hosted_form(form: Form, sent: Mapping[str, Any] | None = None) -> HostedForm:
    """The form as its version asks, with the declared fields as they are now. One query."""
    return HostedForm(read_form_spec(form.spec), sent, declared=fields.declared_now())


def _page(
    form: Form,
    hosted: HostedForm,
    *,
    now: datetime,
    carried: Mapping[str, str] | None = None,
    status: int = 200,
    notice: str = "",
    token: str = "",
    retry_after: int = 0,
) -> HttpResponse:
    """The form with a fresh token and all that was typed. Rendered without the request, so that no cookie is set."""
    if hosted.is_bound:
        hosted.is_valid()
        hosted.data = {name: forms_door.clean_text(value) for name, value in hosted.data.items() if isinstance(value, str)}
    carried = carried or {}
    hidden = {**forms_door.marks_of(carried), REFERRER: forms_door.clean_text(carried.get(REFERRER, ""))[:LONGEST_HEADER]}
    hidden[TOKEN] = token or forms_door.new_token(form, now=now)
    context = {"form": form, "spec": hosted.spec, "hosted": hosted, "hidden": hidden, "honeypot": HONEYPOT, "notice": notice}
    response = HttpResponse(render_to_string("capture/hosted_form.html", context), status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def _thanks(form: Form) -> HttpResponse:
    return HttpResponse(render_to_string("capture/hosted_thanks.html", {"form": form, "spec": read_form_spec(form.spec)}))


def _read_body(request: HttpRequest, declared: Mapping[str, FieldSpec]) -> dict[str, str]:
    """Names and values of a form post; several choices of one field as lines.

    Bytes that are no UTF-8 become lone surrogates, which the field's own check then refuses.

    Raises:
        Unreadable: too large, of another type, too many parts, or not a form.
    """
    _check_size(request)
    try:
        if request.content_type == MULTIPART:
            return _joined([(name, value) for name, values in request.POST.lists() for value in values], declared)
        if request.content_type != URLENCODED:
            raise Unreadable(415, "content_type", "This address takes posts of its own form only.")
        body = request.body.decode("utf-8", "surrogateescape")
        return _joined(parse_qsl(body, keep_blank_values=True, errors="surrogateescape", max_num_fields=MOST_PARTS), declared)
    except RequestDataTooBig as error:
        raise _too_large() from error
    except (SuspiciousOperation, MultiPartParserError, BadRequest, UnreadablePostError, ValueError) as error:
        raise Unreadable(422, "malformed", "That did not look like a filled-in form. Please try again.") from error


def _joined(pairs: Iterable[tuple[str, str]], declared: Mapping[str, FieldSpec]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        many = name in found and name in declared and declared[name].kind is Kind.CHOICES
        found[name] = f"{found[name]}{SEPARATOR}{value}" if many else value
    return found


def _read_json(request: HttpRequest, spec: FormSpec, declared: Mapping[str, FieldSpec]) -> tuple[dict[str, str], set[str]]:
    _check_size(request)
    try:
        body = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        path = bad_text_in(request.body)
        if path is not None:
            raise Unreadable(422, "invalid", BAD_TEXT, field=path.lstrip(".").removeprefix("fields.") or "body") from error
        raise Unreadable(400, "malformed", "The body is not valid JSON.") from error
    except RequestDataTooBig as error:
        raise _too_large() from error
    answers = body.get("fields") if isinstance(body, dict) else None
    agreed = body.get("consents", []) if isinstance(body, dict) else None
    if not isinstance(answers, dict) or not isinstance(agreed, list) or set(body) - {"fields", "consents"}:
        raise Unreadable(422, "malformed", "The body must be an object with “fields” and, if you like, a list “consents”.")
    unknown = sorted(set(answers) - {question.name for question in spec.questions})
    if unknown:
        raise Unreadable(422, "unknown_field", f"This form has no field “{forms_door.clean_text(unknown[0][:60])}”.")
    many = {name for name, one in declared.items() if one.kind is Kind.CHOICES}
    answers = {
        name: SEPARATOR.join(map(str, value)) if isinstance(value, list) and name in many else value for name, value in answers.items()
    }
    if not all(isinstance(value, (str, int, float)) or value is None for value in answers.values()):
        raise Unreadable(422, "malformed", "Every field must be text, a number, true or false.")
    return {name: "on" if value is True else str(value) for name, value in answers.items() if value not in (None, False)}, set(
        map(str, agreed)
    )


def _check_size(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not str(length).isdigit() or int(length) > BODY_BYTES:
        raise _too_large()


def _too_large() -> Unreadable:
    return Unreadable(413, "too_large", "That is more than this form can take. Shorten it and send it once more.")


def _sender(request: HttpRequest, *, marks: Mapping[str, str], referrer: str) -> Sender:
    return Sender(_address(request), _header(request, "HTTP_USER_AGENT"), forms_door.clean_text(referrer)[:LONGEST_HEADER], marks)


def _address(request: HttpRequest) -> str:
    """The connection's own, or what our own proxies say (`config.bridge`): other headers can be made up."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _header(request: HttpRequest, name: str) -> str:
    return forms_door.clean_text(str(request.META.get(name, "")))[:LONGEST_HEADER]


def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    response = HttpResponse(problem.body(getattr(request, "request_id", "")), status=problem.status, content_type=CONTENT_TYPE)
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response
