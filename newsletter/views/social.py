"""What other sites and search engines read of a page: its card and its data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale

from newsletter.articles.models import Article, Picture
from newsletter.links import absolute_url
from newsletter.rendering.pictures import shown
from subscribers.models import MailingList

CARD_WIDTH, CARD_HEIGHT = 1200, 630
_DESCRIPTION = 200
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}


@dataclass(frozen=True)
class CardPicture:
    """The picture of a card, with an absolute address."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Card:
    """A page as a card on other sites, and as data for search engines.

    Attributes:
        url: the one address under which it should be known.
        kind: of Open Graph, ``article`` or ``website``.
        data: JSON-LD, vocabulary of schema.org.
    """

    title: str
    description: str
    url: str
    picture: CardPicture | None
    site_name: str
    kind: str = "website"
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def short_description(self) -> str:
        """Its first words, as much as a card shows."""
        words = " ".join(self.description.split())
        if len(words) <= _DESCRIPTION:
            return words
        return words[:_DESCRIPTION].rsplit(" ", 1)[0] + "…"

    @property
    def locale(self) -> str:
        """The language of the page as Open Graph writes it."""
        language = get_language() or "nl"
        return _LOCALES.get(language, to_locale(language))

    @property
    def json(self) -> SafeString:
        """The data for a script element: nothing in it can end that element."""
        whole = {"@context": "https://schema.org", **self.data}
        text = json.dumps(whole, ensure_ascii=False)
        for sign, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
            text = text.replace(sign, escaped)
        return mark_safe(text)  # noqa: S308 (JSON with every sign of markup escaped)


def social_picture(article: Article | None, on: date) -> CardPicture | None:
    """Return the picture of a piece if we may show it on other sites today."""
    picture = article.picture if article else None
    if picture is None or not picture.for_social or is_expired(picture, on):
        return None
    crop = shown(picture, "hero")
    return CardPicture(crop.src, crop.alt, 1200, 800)


def is_expired(picture: Picture, on: date) -> bool:
    """Tell whether its licence has ended (as ``Picture.objects.expired``)."""
    return picture.expires_on is not None and picture.expires_on < on


def list_picture(mailing_list: MailingList) -> CardPicture:
    """Return the drawn card of a list, for what has no picture of its own."""
    url = absolute_url("list_card", mailing_list.slug)
    return CardPicture(url, mailing_list.name, CARD_WIDTH, CARD_HEIGHT)


def publisher(mailing_list: MailingList) -> dict[str, Any]:
    """Return who publishes, as data."""
    return {
        "@type": "Organization",
        "name": mailing_list.organisation,
        "url": mailing_list.website or absolute_url("home"),
    }
