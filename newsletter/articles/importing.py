"""Taking in articles from the text of the magazine's pages.

The same page again updates its article, so a corrected file may simply be taken in
once more. What the editors decided here (name in links, state, picture, address)
is never touched, and neither is an article with a correction, or one taken offline.
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.text import Truncator, slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from newsletter.articles.authorship import name_authors
from newsletter.articles.models import (
    Article,
    ArticleState,
    Author,
    Category,
    Expert,
    MustRead,
)
from newsletter.articles.page_text import MustRead as Pointer
from newsletter.articles.page_text import (
    PageResult,
    ParsedArticle,
    ParsedExpert,
    UnreadablePage,
    decode,
    parse_page_text,
)
from newsletter.articles.pieces import LONGEST_TITLE, Piece, PieceResult, piece_of
from newsletter.characters import FORBIDDEN_IN_LINE, without_forbidden

# No page of a magazine comes near; a film that was chosen by mistake does.
LARGEST_FILE = 2_000_000
MOST_MINUTES = 240
_OFFICE_FILES = (b"PK\x03\x04", b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What the readers of pages may answer, in a place where translators find it.
_REASONS = (
    gettext_noop("The text is empty."),
    gettext_noop("There is no title."),
    gettext_noop("There is a title but no article text below it."),
    gettext_noop("This page is built too strangely to be read."),
    gettext_noop("This address is no page, but something else."),
    gettext_noop("There is no page at this address."),
    gettext_noop("This site does not show the page to us. Paste the text instead."),
    gettext_noop("This site does not give the page just now. Try again later."),
)


class Act(StrEnum):
    """What became of one article of a file."""

    ADDED = "added"
    UPDATED = "updated"
    OFFERED = "offered"
    KNOWN = "known"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """One article of a file, and what became of it.

    Attributes:
        reason: why it failed or was left as it is, for the editor; else empty.
        article: its row; None when it failed or nothing was to be written.
        left_out: what was not taken over as it was, each in a sentence.
    """

    act: Act
    title: str = ""
    reason: str = ""
    article: Article | None = None
    left_out: tuple[str, ...] = ()


def read_pages(content: bytes) -> list[PageResult]:
    """Read the articles in a file; there is always at least one result."""
    if len(content) > LARGEST_FILE:
        return [UnreadablePage(_("The file is larger than 2 MB. Is it the text?"))]
    if content.startswith(_OFFICE_FILES):
        return [
            UnreadablePage(
                _("This is a document. Open it, select all of it, and paste it here.")
            )
        ]
    if b"\0" in content and not content.startswith(_UTF16_MARKS):
        return [UnreadablePage(_("This is no text file."))]
    return parse_page_text(decode(content))


def import_pages(
    pages: Sequence[PageResult], *, file_name: str, dry_run: bool = False
) -> list[Outcome]:
    """Write the articles of one text file; a bad one does not keep the others out.

    Args:
        file_name: known again when the title of an article was changed.
        dry_run: only tell what would happen.
    """
    return [
        import_page(
            page if isinstance(page, UnreadablePage) else piece_of(page),
            file_name=file_name,
            place=place,
            dry_run=dry_run,
        )
        for place, page in enumerate(pages, 1)
    ]


def import_page(
    piece: PieceResult, *, file_name: str, place: int = 1, dry_run: bool = False
) -> Outcome:
    """Write one article of a text file, the first or a later one."""
    if isinstance(piece, UnreadablePage):
        return Outcome(Act.FAILED, reason=_(piece.reason))
    source = _source(file_name, place)
    known = find_article(piece.page, source=source)
    if known and (why := why_left_alone(known)):
        act = Act.KNOWN if is_text_of(piece, known) else Act.KEPT
        return Outcome(act, known.title, reason=why, article=known)
    act = Act.UPDATED if known else Act.ADDED
    if dry_run:
        return Outcome(act, piece.page.title)
    article = write(piece, known or Article(), source=source)
    return Outcome(act, piece.page.title, article=article)


def why_left_alone(article: Article) -> str:
    """Return why no file may write over an article; "" when one may.

    A file that was made before a correction would take the mistake back in.
    """
    if article.takedowns.exists() and article.state == ArticleState.WITHDRAWN:
        return _("was taken offline")
    made_at = article.corrections.values_list("made_at", flat=True).first()
    if made_at is None:
        return ""
    return _("has a correction of %(day)s") % {"day": date_format(localdate(made_at))}


def is_text_of(piece: Piece, article: Article) -> bool:
    """Tell whether a piece says what its article says already."""
    ours = (article.title, article.lead, article.body)
    return ours == (title_of(piece.page), lead_of(piece.page), piece.body)


def _source(file_name: str, place: int) -> str:
    """Return what an article is known by: the file, and its place in it."""
    name = Truncator(_line(file_name, 240)).chars(240)
    return name if place == 1 else f"{name}#{place}"


def find_article(page: ParsedArticle, *, source: str) -> Article | None:
    """Return the article this page was before: same day, and same title or file."""
    same_day = Article.objects.filter(published_on=page.published_on)
    same_file = (
        same_day.filter(imported_from=source) if source else Article.objects.none()
    )
    return same_day.filter(title=title_of(page)).first() or same_file.first()


@transaction.atomic
def write(piece: Piece, article: Article, *, source: str) -> Article:
    """Write what a piece says into its article, new or known."""
    page = piece.page
    article.slug = article.slug or free_slug(page.title)
    article.title = title_of(page)
    article.category = _category(page.category)
    article.published_on = page.published_on
    article.lead = lead_of(page)
    article.body = piece.body
    article.stated_reading_minutes = _minutes(page.reading_minutes)
    article.image_credit = _line(page.image_credit or "", 120)
    article.imported_from = source
    article.source_url = article.source_url or piece.source_url
    article.expert = _expert(page.expert, article)
    article.save()
    names = filter(None, (_line(name, 80) for name in page.authors))
    name_authors(article, [_author(name) for name in dict.fromkeys(names)])
    _write_must_reads(article, page)
    _lead_others_here(article)
    return article


# --- Its parts ---


def _line(text: str, longest: int) -> str:
    plain = " ".join(FORBIDDEN_IN_LINE.sub(" ", text).split())
    return Truncator(plain).chars(longest)


def title_of(page: ParsedArticle) -> str:
    """Return the title as it fits."""
    return _line(page.title, LONGEST_TITLE)


def lead_of(page: ParsedArticle) -> str:
    """Return the lead without signs that may stand in no mail."""
    return without_forbidden(page.lead or "")


def _minutes(stated: int | None) -> int | None:
    return stated if stated and stated <= MOST_MINUTES else None


def _author(name: str) -> Author:
    return Author.objects.get_or_create(name=_line(name, 80))[0]


def _category(name: str | None) -> Category | None:
    name = _line(name or "", 60)
    return Category.objects.get_or_create(name=name)[0] if name else None


def _expert(parsed: ParsedExpert | None, article: Article) -> Expert | None:
    """Return the expert; what the newest of their articles says of them stays."""
    if parsed is None or not (name := _line(parsed.name, 80)):
        return None
    bio = without_forbidden(parsed.bio)
    expert, is_new = Expert.objects.get_or_create(name=name, defaults={"bio": bio})
    if not is_new and expert.bio != bio and not _has_newer(expert, article):
        expert.bio = bio
        expert.save(update_fields=["bio"])
    return expert


def _has_newer(expert: Expert, article: Article) -> bool:
    newer: QuerySet[Article] = Article.objects.filter(expert=expert)
    if article.published_on is None:
        return newer.exclude(pk=article.pk).exists()
    return newer.filter(published_on__gt=article.published_on).exists()


def free_slug(title: str) -> str:
    """Return a name in links that no article has yet."""
    stem = slugify(title)[:110].strip("-") or "artikel"
    taken = set(
        Article.objects.filter(slug__startswith=stem).values_list("slug", flat=True)
    )
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _write_must_reads(article: Article, page: ParsedArticle) -> None:
    pointers = [block for block in page.blocks if isinstance(block, Pointer)]
    article.must_reads.all().delete()
    for position, pointer in enumerate(pointers, 1):
        if title := _line(pointer.title, 200):
            MustRead.objects.create(
                article=article,
                position=position,
                title=title,
                url=_address(pointer.url),
                target=_target(title, article),
            )


def _address(url: str | None) -> str:
    address = (url or "").strip()
    if address and "://" not in address:
        address = f"https://{address}"
    return address if len(address) <= 200 else ""


def _target(title: str, article: Article) -> Article | None:
    others = Article.objects.exclude(pk=article.pk)
    return others.filter(title__iexact=title).order_by("-published_on", "-pk").first()


def _lead_others_here(article: Article) -> None:
    """Earlier articles may have pointed at this one before it was here."""
    MustRead.objects.filter(
        title__iexact=article.title, target__isnull=True, url=""
    ).exclude(article=article).update(target=article)
