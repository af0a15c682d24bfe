"""Addresses of the public site: archive, issues, articles, links, health."""

from django.urls import path

from newsletter.views.archive import IssueFeed, archive, home, issue
from newsletter.views.articles import article
from newsletter.views.health import healthz, readyz
from newsletter.views.links import link
from newsletter.views.mailbox import mail, mail_design, mail_source, mailbox
from newsletter.views.media import favicon, media
from newsletter.views.privacy import privacy

urlpatterns = [
    path("", home, name="home"),
    path("edities/", archive, name="archive"),
    path("edities/rss/", IssueFeed(), name="feed"),
    path("edities/<int:number>/", issue, name="issue"),
    path("<slug:mailing_list>/edities/", archive, name="list_archive"),
    path("<slug:mailing_list>/edities/rss/", IssueFeed(), name="list_feed"),
    path("<slug:mailing_list>/edities/<int:number>/", issue, name="list_issue"),
    path("artikelen/<slug:slug>/", article, name="article"),
    path("l/<slug:token>/", link, name="link"),
    path("privacy/", privacy, name="privacy"),
    path("postvak/", mailbox, name="mailbox"),
    path("postvak/<str:name>/", mail, name="mail"),
    path("postvak/<str:name>/ontwerp/", mail_design, name="mail_design"),
    path("postvak/<str:name>/bron/", mail_source, name="mail_source"),
    path("media/<path:path>", media, name="media"),
    path("favicon.ico", favicon, name="favicon"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
