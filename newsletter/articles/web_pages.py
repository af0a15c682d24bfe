"""An article from a page of a site: asked through the one guarded place, then read."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from newsletter.articles.html_pieces import read_html, with_lead
from newsletter.articles.page_text import UnreadablePage
from newsletter.articles.page_text.wording import CAPTION
from newsletter.articles.pasting import Image, Kind, LeftOut, clean_link, tidy
from newsletter.articles.pieces import Piece
from newsletter.fetching import CannotFetch, fetch

LONGEST_ADDRESS = 200
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_IN_TYPE = re.compile(r"charset=\"?([\w-]+)", re.IGNORECASE)
_SIGNS_OF_OFFICE = ("urn:schemas-microsoft-com:office", "docs-internal-guid")
_MOST_CATEGORY = 60


def read_address(address: str) -> Piece:
    """Ask for a page and read the article on it.

    Raises:
        CannotFetch: the page is not got; says why.
        UnreadablePage: there is no article on it.
    """
    page = fetch(as_typed(address))
    if page.status != 200:
        raise UnreadablePage(_no_page(page.status))
    if not re.match(r"text/html|application/xhtml", page.content_type or "text/html"):
        raise UnreadablePage("This address is no page, but something else.")
    return read_web_page(decoded(page.body, page.content_type), address=page.address)


def as_typed(address: str) -> str:
    """Return an address as a person means it: safe when nothing else is said."""
    address = clean_link(address)
    return address if "://" in address else f"https://{address.lstrip('/')}"


def _no_page(status: int) -> str:
    if status in (404, 410):
        return "There is no page at this address."
    if status in (401, 402, 403):
        return "This site does not show the page to us. Paste the text instead."
    return "This site does not give the page just now. Try again later."


def decoded(body: bytes, content_type: str) -> str:
    """Return a page as text in the letters that it says it is in."""
    named = _IN_TYPE.search(content_type)
    inside = _CHARSET.search(body[:4096])
    told = named[1] if named else inside[1].decode("ascii") if inside else "utf-8"
    # Browsers read these three as Windows wrote them (WHATWG, Encoding).
    if told.lower() in ("iso-8859-1", "latin1", "us-ascii"):
        told = "cp1252"
    try:
        return body.decode(told).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        return body.decode("utf-8", errors="replace")


def read_saved_page(html: str) -> Piece:
    """Read a file of HTML: saved from a browser, or made by Word or Google Docs.

    Raises:
        UnreadablePage: there is no article in it.
    """
    if any(sign in html[:5000] for sign in _SIGNS_OF_OFFICE):
        return read_html(html)
    return read_web_page(html, address="")


def read_web_page(html: str, *, address: str) -> Piece:
    """Read the article in a page, leaving what stands around it.

    Raises:
        UnreadablePage: there is no article on it.
    """
    if not html.strip():
        raise UnreadablePage("The text is empty.")
    # It takes half a second to load, and most processes never read a page.
    import trafilatura

    try:
        about = trafilatura.extract_metadata(html, default_url=address or None)
        text = trafilatura.extract(
            html,
            url=address or None,
            output_format="html",
            include_links=True,
            include_images=True,
            include_tables=True,
            include_formatting=True,
            include_comments=False,
        )
        around = _Around.of(html, address)
    except (ValueError, etree.LxmlError, RecursionError) as error:
        raise UnreadablePage("This page is built too strangely to be read.") from error
    if not text:
        text = around.main
    piece = read_html(text, title=(about.title or "") if about else "")
    return _with_what_the_page_says(piece, about, around)


@dataclass(frozen=True)
class _Around:
    """What the page says that is not in the text itself."""

    main: str
    address: str
    canonical: str
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, html: str, address: str) -> "_Around":
        tree = lxml_html.document_fromstring(html.encode(), parser=_parser())
        mains = [*tree.iter("article"), *tree.iter("main"), *tree.iter("body")]
        main = etree.tostring(mains[0], encoding="unicode") if mains else ""
        links = tree.xpath(
            "//link[translate(@rel,'CANOIL','canoil')='canonical']/@href"
        )
        return cls(main, address, str(links[0]) if links else "", _facts(tree))


def _parser() -> Any:
    return lxml_html.HTMLParser(encoding="utf-8", no_network=True)


def _facts(tree: Any) -> Mapping[str, Any]:
    """Return the first thing of JSON-LD that is an article, else nothing."""
    for script in tree.iter("script"):
        if "ld+json" not in script.get("type", ""):
            continue
        try:
            told = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for thing in _things(told):
            if "Article" in str(thing.get("@type")) or "Posting" in str(thing["@type"]):
                return thing
    return {}


def _things(told: Any) -> Iterator[dict[str, Any]]:
    for each in told if isinstance(told, list) else [told]:
        if isinstance(each, dict):
            yield from _things(each.get("@graph", []))
            if "@type" in each:
                yield each


def _with_what_the_page_says(piece: Piece, about: Any, around: _Around) -> Piece:
    page = piece.page
    if about:
        names = [name.strip() for name in (about.author or "").split(";")]
        categories = [name for name in about.categories or () if name.strip()]
        page = replace(
            page,
            authors=tuple(filter(None, names)) or page.authors,
            category=next(iter(categories), None) or page.category,
            published_on=_day(about.date) or page.published_on,
        )
    image, credit = _picture(piece, about, around)
    page = replace(page, image_credit=page.image_credit or credit)
    seen = {note.what for note in piece.left_out}
    moving = [
        note
        for note in _tidied_notes(around.main)
        if note.kind in (Kind.EMBED, Kind.FORM) and note.what not in seen
    ]
    piece = replace(
        piece,
        page=page,
        image=image,
        source_url=_canonical(about, around),
        left_out=(*piece.left_out, *moving),
    )
    return with_lead(piece, (about.description or "") if about else "")


def _tidied_notes(html: str) -> tuple[LeftOut, ...]:
    try:
        return tidy(html).left_out
    except ValueError:
        return ()


def _day(told: str | None) -> date | None:
    try:
        return date.fromisoformat((told or "")[:10])
    except ValueError:
        return None


def _canonical(about: Any, around: _Around) -> str:
    """Return the one address of the piece, if it is of the site that we asked."""
    own = urldefrag(around.address).url
    told = urldefrag(clean_link(urljoin(own, around.canonical))).url
    if not own and about:
        told = around.canonical
    same_site = not own or urlsplit(told).hostname == urlsplit(own).hostname
    address = told if told.startswith(("https://", "http://")) and same_site else own
    address = clean_link(address)
    return address if len(address) <= LONGEST_ADDRESS else ""


def _picture(piece: Piece, about: Any, around: _Around) -> tuple[Image | None, str]:
    """Return the picture of the piece and who made it."""
    inside = _images(around.main)
    address = (about.image or "") if about else ""
    first = next(iter(inside), None)
    if not address and piece.image:
        address = piece.image.address
    if not address:
        return None, ""
    own = next((i for i in inside if _name(i.address) == _name(address)), first)
    alt = own.alt if own and _name(own.address) == _name(address) else ""
    caption = CAPTION.match(own.caption) if own else None
    credit = _credit(around.facts) or (
        caption["credit"].strip(" )].") if caption else ""
    )
    return Image(urljoin(around.address, address), alt), credit


def _images(html: str) -> tuple[Image, ...]:
    try:
        return tidy(html).images
    except ValueError:
        return ()


def _name(address: str) -> str:
    return urlsplit(address).path.rpartition("/")[2]


def _credit(facts: Mapping[str, Any]) -> str:
    image = facts.get("image")
    image = image[0] if isinstance(image, list) and image else image
    if not isinstance(image, dict):
        return ""
    maker = image.get("creator") or image.get("author")
    named = maker.get("name") if isinstance(maker, dict) else maker
    return next((c for c in (image.get("creditText"), named) if isinstance(c, str)), "")


__all__ = [
    "CannotFetch",
    "as_typed",
    "read_address",
    "read_saved_page",
    "read_web_page",
]
