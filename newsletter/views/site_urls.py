"""Addresses of the public site: archive, issues, articles, links, health."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def not_built_yet(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Stand in while the pages are being built."""
    return HttpResponse("not built yet", status=501)


urlpatterns = [
    path("", not_built_yet, name="home"),
    path("edities/", not_built_yet, name="archive"),
    path("edities/rss/", not_built_yet, name="feed"),
    path("edities/<int:number>/", not_built_yet, name="issue"),
    path("<slug:mailing_list>/edities/", not_built_yet, name="list_archive"),
    path("<slug:mailing_list>/edities/rss/", not_built_yet, name="list_feed"),
    path("<slug:mailing_list>/edities/<int:number>/", not_built_yet, name="list_issue"),
    path("artikelen/<slug:slug>/", not_built_yet, name="article"),
    path("l/<slug:token>/", not_built_yet, name="link"),
    path("privacy/", not_built_yet, name="privacy"),
    path("postvak/", not_built_yet, name="mailbox"),
    path("healthz", not_built_yet, name="healthz"),
    path("readyz", not_built_yet, name="readyz"),
]
