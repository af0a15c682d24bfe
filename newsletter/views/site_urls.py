"""Addresses of the public site: archive, issues, articles, links, health."""

from django.urls import path

from newsletter.views.archive import archive, home
from newsletter.views.articles import article
from newsletter.views.cards import list_card
from newsletter.views.corrections import corrections, corrections_feed
from newsletter.views.feeds import atom, rss
from newsletter.views.health import healthz, readyz
from newsletter.views.issues import issue
from newsletter.views.links import link
from newsletter.views.mailbox import mail, mail_design, mail_source, mailbox
from newsletter.views.media import favicon, media
from newsletter.views.privacy import privacy
from newsletter.views.robots import robots, sitemap
from newsletter.views.searching import search

urlpatterns = [
    path("", home, name="home"),
    path("edities/", archive, name="archive"),
    path("edities/rss/", rss, name="feed"),
    path("edities/atom/", atom, name="atom"),
    path("edities/<int:number>/", issue, name="issue"),
    path("<slug:mailing_list>/edities/", archive, name="list_archive"),
    path("<slug:mailing_list>/edities/rss/", rss, name="list_feed"),
    path("<slug:mailing_list>/edities/atom/", atom, name="list_atom"),
    path("<slug:mailing_list>/edities/<int:number>/", issue, name="list_issue"),
    path("artikelen/<slug:slug>/", article, name="article"),
    path("rechtzettingen/", corrections, name="corrections"),
    path("rechtzettingen/rss/", corrections_feed, name="corrections_feed"),
    path("zoeken/", search, name="search"),
    path("kaart/<slug:mailing_list>.png", list_card, name="list_card"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
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
