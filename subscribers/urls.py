"""Addresses of the subscribers' own pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def not_built_yet(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Stand in while the pages are being built."""
    return HttpResponse("not built yet", status=501)


urlpatterns = [
    path("aanmelden/", not_built_yet, name="sign_up"),
    path("aanmelden/bevestigen/<str:token>/", not_built_yet, name="confirm"),
    path("voorkeuren/<str:token>/", not_built_yet, name="preferences"),
    path("afmelden/<str:token>/", not_built_yet, name="unsubscribe"),
]
