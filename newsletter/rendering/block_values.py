"""What each kind of block hands to its templates."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from newsletter.articles.models import Article, ArticleState, Picture
from newsletter.articles.sanitising import clean_prose
from newsletter.issues import blocks as kinds
from newsletter.issues.block import ArticleBlock, Block, Extent
from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.rendering.links import LinkBook
from newsletter.rendering.personal import Slot, mark
from newsletter.rendering.pictures import ShownPicture, shown
from newsletter.rendering.reply_to import mistake_tag, reply_address
from newsletter.rendering.text import prose_as_text
from newsletter.rendering.withdrawn_lines import without_withdrawn

Values = dict[str, Any]

_WORDY = (
    "shown_title",
    "shown_teaser",
    "heading",
    "text",
    "tips",
    "question",
    "answer",
)

# Where each help line is found; the words stand in HelpLine's label.
HELP_LINE_ADDRESSES = {
    "113": "https://www.113.nl/",
    "luisterlijn": "https://www.deluisterlijn.nl/",
    "slankofniet": "https://weet.info/",
    "veiligthuis": "https://veiligthuis.nl/",
}


def values_of(block: Block, issue: Issue, book: LinkBook) -> Values:
    """Return the values for the templates of the block's kind.

    Raises:
        KeyError: a kind without templates.
    """
    return _VALUES[block.KIND](block, issue, book)


def words_in(block: Block) -> int:
    """Count the words a reader meets in a block."""
    texts = [getattr(block, name, "") or "" for name in _WORDY]
    texts += [
        strip_tags(getattr(block, name, "") or "") for name in ("body", "shown_body")
    ]
    return len(" ".join(texts).split())


def article_address(article: Article) -> str:
    """Return where an article is read: its source, else our page once it is public."""
    if article.source_url:
        return article.source_url
    if article.state != ArticleState.PUBLISHED or not article.slug:
        return ""
    return absolute_url("article", article.slug)


def _prose(html: str, kind: str, book: LinkBook) -> Values:
    body = book.in_prose(clean_prose(html), kind=kind)
    return {"body": body, "body_text": prose_as_text(body)}


def _article_block(block: ArticleBlock, issue: Issue, book: LinkBook) -> Values:
    article = block.article
    article_id = article.pk if article else None
    title = block.shown_title
    target = block.url or (article_address(article) if article else "")
    label = block.button_label or words_of_button(title)
    picture = block.shown_picture
    crop = "small" if block.extent == Extent.COMPACT else "hero"
    return {
        "is_compact": block.extent == Extent.COMPACT,
        "title": title,
        "teaser": block.shown_teaser,
        "category": article.category.name if article and article.category else "",
        "minutes": block.shown_minutes,
        "authors": block.shown_authors,
        "picture": _shown(picture, crop, _credit(article, picture)),
        "href": book.add(target, label=label, kind=block.KIND, article_id=article_id),
        "label": label,
        **_whole_text(block, book, article_id),
        "mistake_url": absolute_url("mistake", mistake_tag(issue, article_id)),
    }


def words_of_button(title: str) -> str:
    """Return what the link to a story says when nobody chose words for it."""
    if len(title) > 40:
        return _("Read on")
    return _("Read “%(title)s”") % {"title": title}


def _whole_text(block: ArticleBlock, book: LinkBook, article_id: int | None) -> Values:
    """Return the article's own text, its headings one level below the title."""
    body = clean_prose(block.shown_body)
    body = book.in_prose(body, kind=block.KIND, article_id=article_id)
    return {
        "body": _one_level_down(_from_level_two(body)),
        "body_text": prose_as_text(body),
        # Who has read all of it needs no button, unless somebody gave it words.
        "has_button": not body or bool(block.button_label),
    }


def _one_level_down(body: str) -> str:
    return re.sub(
        r"(</?h)([23])>", lambda found: f"{found[1]}{int(found[2]) + 1}>", body
    )


def _credit(article: Article | None, picture: Picture | None) -> str:
    if article and picture and article.picture_id == picture.pk:
        return article.shown_credit
    return picture.credited() if picture else ""


def _shown(
    picture: Picture | None, crop: str, credit: str | None = None
) -> ShownPicture | None:
    return shown(picture, crop, credit=credit) if picture else None


def _opening(block: kinds.OpeningBlock, issue: Issue, book: LinkBook) -> Values:
    return {
        **_prose(block.body, block.KIND, book),
        "greeting": block.greeting or _("Good morning"),
        "name_html": mark(Slot.NAME_HTML),
        "name_text": mark(Slot.NAME_TEXT),
        "portrait": _shown(block.portrait, "portrait"),
    }


def _text(block: kinds.TextBlock, issue: Issue, book: LinkBook) -> Values:
    values = _prose(block.body, block.KIND, book)
    if not block.heading:
        values["body"] = _from_level_two(values["body"])
    return values


def _from_level_two(body: str) -> str:
    """Return prose whose small headings are large when no large one precedes them."""
    first = re.search(r"<h([23])>", body)
    if first is None or first[1] == "2":
        return body
    return body.replace("<h3>", "<h2>").replace("</h3>", "</h2>")


def _button(block: kinds.ButtonBlock, issue: Issue, book: LinkBook) -> Values:
    return {"href": book.add(block.url, label=block.label, kind=block.KIND)}


def _image(block: kinds.ImageBlock, issue: Issue, book: LinkBook) -> Values:
    label = block.caption or block.picture.alt
    href = book.add(block.url, label=label, kind=block.KIND) if block.url else ""
    return {"picture": _shown(block.picture, "wide"), "href": href}


def _expert(block: kinds.ExpertBlock, issue: Issue, book: LinkBook) -> Values:
    return {
        "about": block.text or block.expert.bio,
        "portrait": _shown(block.expert.portrait, "portrait"),
    }


def _must_read(block: kinds.MustReadBlock, issue: Issue, book: LinkBook) -> Values:
    article = block.article
    target = block.url or (article_address(article) if article else "")
    return {
        "title": block.shown_title,
        "note": block.shown_note,
        "href": book.add(
            target,
            label=block.shown_title,
            kind=block.KIND,
            article_id=article.pk if article else None,
        ),
    }


def _question(block: kinds.QuestionBlock, issue: Issue, book: LinkBook) -> Values:
    return {"reply_address": reply_address(issue)}


def _advertorial(block: kinds.AdvertorialBlock, issue: Issue, book: LinkBook) -> Values:
    label = block.button_label or _("Read more at %(advertiser)s") % {
        "advertiser": block.advertiser
    }
    return {
        **_prose(block.body, block.KIND, book),
        "picture": _shown(block.picture, "hero"),
        "label": label,
        "href": book.add(block.url, label=label, kind=block.KIND) if block.url else "",
    }


def _help_line(block: kinds.HelpLineBlock, issue: Issue, book: LinkBook) -> Values:
    target = HELP_LINE_ADDRESSES[block.help_line]
    words = str(block.get_help_line_display())
    return {
        "words": words,
        "href": book.add(target, label=words, kind=block.KIND),
    }


def _corrections(block: kinds.CorrectionsBlock, issue: Issue, book: LinkBook) -> Values:
    return _prose(without_withdrawn(block.body), block.KIND, book)


def _as_it_is(block: Block, issue: Issue, book: LinkBook) -> Values:
    return {}


_VALUES: dict[str, Callable[[Any, Issue, LinkBook], Values]] = {
    "opening": _opening,
    "hero": _article_block,
    "card": _article_block,
    "text": _text,
    "quote": _as_it_is,
    "tips": _as_it_is,
    "image": _image,
    "button": _button,
    "expert": _expert,
    "must_read": _must_read,
    "question": _question,
    "pause_moment": _as_it_is,
    "advertorial": _advertorial,
    "help_line": _help_line,
    "corrections": _corrections,
    "divider": _as_it_is,
}
