"""The addresses at which providers tell what became of mails, and nothing else."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

urlpatterns = [path("anymail/", include("newsletter.views.provider_calls"))]


def _answered(status: int) -> Any:
    """Answer without words: nobody reads them, and a page would need its site."""

    def answer(request: HttpRequest, exception: Any = None) -> HttpResponse:
        return HttpResponse(status=status)

    return answer


handler400, handler404, handler500 = map(_answered, (400, 404, 500))
