"""The API for readers: one page made from the OpenAPI document."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadloop.api.main import api
from leadloop.leads import fields
from leadloop.leads.domain.criteria import CATALOGUE, json_schema

EXAMPLE = """curl {base}/api/v1/leads \\
  -H "Authorization: Bearer $KEY" \\
  -H "Content-Type: application/json" \\
  -d '{{"name": "Ada Lovelace", "email": "ada@engines.example", "company": "Engines",
       "message": "Please call.", "source": "Website"}}'"""


def show_docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, body and answers."""
    schema = api.get_openapi_schema()
    example = EXAMPLE.format(base=settings.PUBLIC_URL.rstrip("/"))
    return render(request, "api/docs.html", {"schema": schema, "groups": _groups(schema), "example": example})


@require_safe
def show_criteria_schema(request: HttpRequest) -> JsonResponse:
    """The form of criteria as JSON Schema 2020-12; declared fields only for people who are signed in and may see them."""
    person = request.user
    schema = json_schema(fields.catalogue_for(person) if person.is_authenticated else CATALOGUE)
    schema["$id"] = f"{settings.PUBLIC_URL.rstrip('/')}/api/v1/criteria-schema.json"
    return JsonResponse(schema, content_type="application/schema+json", headers={"Cache-Control": "private, max-age=60"})


def _groups(schema: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            entry = {
                "method": method.upper(),
                "path": path,
                "id": operation["operationId"],
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "parameters": [_parameter(one) for one in operation.get("parameters", [])],
                "fields": _fields(operation.get("requestBody"), schema),
                "answers": [
                    (status, answer["description"])
                    for status, answer in sorted(operation["responses"].items(), key=lambda item: str(item[0]))
                ],
            }
            groups.setdefault((operation.get("tags") or ["Other"])[0], []).append(entry)
    return groups


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {"name": one["name"], "place": one["in"], "required": one.get("required", False), "kind": _kind(one.get("schema", {}))}


def _fields(body: dict[str, Any] | None, schema: dict[str, Any]) -> list[dict[str, str]]:
    """Names and kinds of the body's fields, of the first shape it may have."""
    if not body:
        return []
    shape = body["content"]["application/json"]["schema"]
    while "anyOf" in shape:
        shape = shape["anyOf"][0]
    if "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return [{"name": name, "kind": _kind(field)} for name, field in shape.get("properties", {}).items()]


def _kind(shape: dict[str, Any]) -> str:
    if "anyOf" in shape:
        return " or ".join(dict.fromkeys(_kind(part) for part in shape["anyOf"]))
    if "enum" in shape:
        return "one of " + ", ".join(str(value) for value in shape["enum"])
    if "$ref" in shape:
        return str(shape["$ref"].rpartition("/")[2])
    kind = str(shape.get("format") or shape.get("type", "value"))
    return "nothing" if kind == "null" else kind
