"""Answers after a change: back to where the person was, as a page or as the part that htmx asked for."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """303: the answer to a POST is somewhere else, by GET."""

    status_code = 303


def say(request: HttpRequest, text: str, *, undo: str = "", tone: str = "success") -> None:
    """Tell the person on the next page; `undo` is a path of ours that takes it back."""
    messages.add_message(request, getattr(messages, tone.upper()), text, extra_tags=f"undo:{undo}" if undo else "")


def toast(response: HttpResponse, text: str, *, undo: str = "", tone: str = "green") -> HttpResponse:
    """Tell the person with this answer to htmx."""
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, "undo": undo, "tone": tone}})
    return response
