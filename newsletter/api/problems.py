"""What goes wrong, always in one shape (RFC 9457)."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

MEDIA_TYPE = "application/problem+json"


class FieldError(Schema):
    """What is wrong with one part of what was sent."""

    field: str
    message: str


class ProblemOut(Schema):
    """Why a request was not done, for the program and for whoever wrote it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


class Problem(Exception):
    """A request cannot be done; nothing of it was."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        errors: Iterable[tuple[str, str]] = (),
        retry_after: int | None = None,
    ) -> None:
        """Say why.

        Args:
            kind: for programs; the end of the problem's ``type``.
            errors: field and sentence.
            retry_after: seconds after which it is worth another try.
        """
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = list(errors)
        self.retry_after = retry_after


def answer_of(problem: Problem) -> HttpResponse:
    """Return a problem as it is answered."""
    body: dict[str, Any] = {
        "type": f"urn:rock-jouw-inbox:{problem.kind}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = [
            {"field": field, "message": message} for field, message in problem.errors
        ]
    response = JsonResponse(body, status=problem.status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def answer_problems(api: NinjaAPI) -> None:
    """Let everything that goes wrong be answered in this shape."""

    def of_ours(request: HttpRequest, problem: Any) -> HttpResponse:
        return answer_of(problem)

    def of_fields(request: HttpRequest, error: Any) -> HttpResponse:
        return answer_of(
            Problem(
                422,
                "not-valid",
                "Something in the request is not as it should be; errors says what.",
                errors=[_field_error(one) for one in error.errors],
            )
        )

    def of_http(request: HttpRequest, error: Any) -> HttpResponse:
        return answer_of(Problem(error.status_code, "not-read", str(error)))

    def of_nothing(request: HttpRequest, error: Any) -> HttpResponse:
        return answer_of(nothing_here())

    api.add_exception_handler(Problem, of_ours)
    api.add_exception_handler(ValidationError, of_fields)
    api.add_exception_handler(HttpError, of_http)
    api.add_exception_handler(Http404, of_nothing)


def nothing_here() -> Problem:
    """There is no such list, person or issue."""
    return Problem(404, "not-found", "There is nothing here by that name.")


def _field_error(error: dict[str, Any]) -> tuple[str, str]:
    # Where in the request it was, without the name of our own parameter.
    place = [str(part) for part in error.get("loc", ())]
    known = ("body", "query", "path", "header", "asked")
    while place and place[0] in (*known, "sent"):
        place.pop(0)
    return ".".join(place), str(error.get("msg", ""))
