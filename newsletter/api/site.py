"""The API for the magazine's own site and its CRM, under ``/api/v1/``."""

from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.operation import Operation

from newsletter.api import people, reading, subscriptions
from newsletter.api.access import Token
from newsletter.api.problems import (
    Problem,
    ProblemOut,
    answer_of,
    answer_problems,
    nothing_here,
)
from newsletter.api.writing import PLAIN_KEY

PREFIX = "/api/v1"


class Api(NinjaAPI):
    """Names each call after its function, without the folders it lies in."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return its name: ``sign_up``."""
        return str(operation.view_func.__name__)


api = Api(
    title="Rock jouw inbox",
    version="1",
    description=(
        "Sign people up and off, look them up, change what they chose, and read the "
        "issues that left. Beheer makes a token under “connected systems”."
    ),
    auth=Token(),
    # Both are ours: ninja's documentation wants scripts from elsewhere.
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
for router in (subscriptions.router, people.router, reading.router):
    api.add_router("", router)
answer_problems(api)

_PROBLEMS = {
    "400": "What was sent cannot be read.",
    "401": "The token is unknown, has ended, or was switched off.",
    "403": "The token lacks the scope.",
    "404": "There is nothing by that name.",
    "409": "The Idempotency-Key was used for another request.",
    "422": "Something in it is not as it should be; errors says what.",
    "429": "Too many requests; Retry-After says how long to wait.",
}
_WRITES = ("post", "patch")
# Asked by POST, so that no log keeps an address; it changes nothing.
_READS = ("look_up",)


def openapi() -> dict[str, Any]:
    """Return what the API takes and answers, as OpenAPI 3.1."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    parts = schema["components"]["schemas"]
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    parts |= problem.pop("$defs")
    parts["Problem"] = problem
    said = {"$ref": "#/components/schemas/Problem"}
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            for status, words in _PROBLEMS.items():
                operation["responses"][int(status)] = {
                    "description": words,
                    "content": {"application/problem+json": {"schema": said}},
                }
            if method in _WRITES and operation["operationId"] not in _READS:
                operation.setdefault("parameters", []).append(_idempotency_key())
    return schema


def _idempotency_key() -> dict[str, Any]:
    return {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "schema": {"type": "string", "pattern": f"^{PLAIN_KEY}$"},
        "description": "The same key within a day does nothing again and gets the "
        "same answer.",
    }


@require_safe
@cache_control(public=True, max_age=3600)
def openapi_file(request: HttpRequest) -> HttpResponse:
    """Hand out the OpenAPI file."""
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@require_safe
@cache_control(public=True, max_age=3600)
def documentation(request: HttpRequest) -> HttpResponse:
    """Show the same for people, without a script."""
    schema = openapi()
    parts = schema["components"]["schemas"]
    calls = [
        {
            "id": operation["operationId"],
            "method": method.upper(),
            "path": address,
            "summary": operation["summary"],
            "description": _paragraphs(operation.get("description", "")),
            "parameters": operation.get("parameters", []),
            "sends": _fields(_schema_of(operation.get("requestBody")), parts),
            "answers": [
                (status, answer["description"])
                for status, answer in sorted(
                    operation["responses"].items(), key=lambda one: int(one[0])
                )
            ],
        }
        for address, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    page = {"info": schema["info"], "calls": calls}
    return render(request, "newsletter/api.html", page)


def _paragraphs(text: str) -> list[str]:
    """Return what stands in a docstring, without its lines and backticks."""
    plain = text.replace("`", "")
    return [" ".join(paragraph.split()) for paragraph in plain.split("\n\n")]


def _schema_of(body: dict[str, Any] | None) -> dict[str, Any]:
    schema = body["content"]["application/json"]["schema"] if body else {}
    return dict(schema)


def _fields(schema: dict[str, Any], parts: dict[str, Any]) -> list[dict[str, Any]]:
    name = schema.get("$ref", "").rpartition("/")[2]
    whole = parts.get(name, {})
    return [
        {
            "name": field,
            "kind": _kind(about),
            "is_needed": field in whole.get("required", ()),
            "description": about.get("description", ""),
        }
        for field, about in whole.get("properties", {}).items()
    ]


def _kind(about: dict[str, Any]) -> str:
    kinds = about.get("anyOf") or about.get("allOf") or [about]
    names = [
        kind.get("format")
        or kind.get("type")
        or kind.get("$ref", "").rpartition("/")[2]
        for kind in kinds
    ]
    return ", ".join(name for name in names if name != "null")


# --- Addresses ---


def nothing(request: HttpRequest, **rest: Any) -> HttpResponse:
    """Answer what no call is known for, in the shape of every other problem."""
    return answer_of(nothing_here())


def _in_one_shape(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        # What it tells of people is nobody's to keep on the way.
        response.setdefault("Cache-Control", "no-store")
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allowed = response["Allow"]
        words = f"This address takes {allowed}."
        problem = answer_of(Problem(response.status_code, "not-this-way", words))
        problem["Allow"] = allowed
        return problem

    return shaped


def _calls() -> Iterator[URLPattern]:
    # Of ninja's own pages only its root remains, which names nothing.
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = _in_one_shape(cast(Any, pattern.callback))
            yield pattern


api_urls: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi_file, name="openapi"),
    path("docs/", documentation, name="api_docs"),
    path("", include((list(_calls()), "api"))),
    path("<path:rest>", csrf_exempt(nothing)),
]
