"""Which issue and which article a mail is about.

The address it came to says so for certain: it has a signed tag. Everything else is what
a person would go by as well: what they quote, name or link to.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from django.db.models import F, Value
from django.db.models.functions import Length

from newsletter.articles.models import Article
from newsletter.issues.models import Issue
from newsletter.mistakes.finding import place_meant
from newsletter.mistakes.models import ReaderMailWay
from newsletter.mistakes.reading import Letter, without_answer_marks
from newsletter.mistakes.trimming import Parted
from newsletter.rendering.models import Link
from newsletter.signing import BadToken, read_tag

_TAGGED = re.compile(r"(fout|reactie)\+([^@\s]+)@", re.IGNORECASE)
_LINK = re.compile(r"/l/([0-9a-f]{12})\b")
_ARTICLE = re.compile(r"/artikelen/([\w-]{1,200})/?")
_ISSUE = re.compile(r"(?:/([\w-]{1,50}))?/edities/(\d{1,6})\b")
_NUMBER = re.compile(
    r"\b(?:editie|nieuwsbrief|nummer|issue)\s+(?:nr\.?\s*)?(\d{1,6})\b", re.I
)
# Ours are <reader.issue@domain>, the issue by the beginning of its UUID.
_MESSAGE_ID = re.compile(r"<[a-z2-7]{26}\.([0-9a-f]{8})@")
# A shorter title is a word that anybody may write.
_SHORTEST_TITLE = 8
_LINKS_LOOKED_AT, _ARTICLES_READ = 300, 30


@dataclass(frozen=True)
class About:
    """What a mail is about, and to which of our addresses it came."""

    way: ReaderMailWay = ReaderMailWay.OTHER
    issue: Issue | None = None
    article: Article | None = None


def recognise(letter: Letter, parted: Parted, *, recipients: Iterable[str]) -> About:
    """Return what a mail is about, as far as it can be told.

    Args:
        recipients: every address that it may have come to.
    """
    tagged = _by_address(recipients)
    issue = tagged.issue or _issue_of(letter, parted)
    article = tagged.article or _article_of(letter, parted, issue)
    return About(tagged.way, issue, article)


def _by_address(addresses: Iterable[str]) -> About:
    for address in addresses:
        if not (found := _TAGGED.match(address)):
            continue
        try:
            if found[1].lower() == "reactie":
                (issue_id,) = read_tag("reply", found[2])
                return About(ReaderMailWay.REPLY, _issue(issue_id))
            issue_id, article_id = read_tag("mistake", found[2])
        except (BadToken, ValueError):
            # A changed tag says nothing; the mail itself is as welcome as ever.
            continue
        article = Article.objects.filter(pk=article_id).first()
        return About(ReaderMailWay.MISTAKE_ADDRESS, _issue(issue_id), article)
    return About()


def _issue(pk: int) -> Issue | None:
    return Issue.objects.filter(pk=pk).first()


def _article_of(letter: Letter, parted: Parted, issue: Issue | None) -> Article | None:
    """Return the article they name; failing that, the only one they quote from."""
    subject = without_answer_marks(letter.subject)
    named = f"{subject}\n{parted.said}"
    return (
        _article_at(named)
        or _only_article_linked(named)
        or _article_titled(named)
        or _only_article_meant(issue, parted.said)
        or _only_article_linked(addresses_in(letter))
    )


def _article_at(text: str) -> Article | None:
    slugs = _ARTICLE.findall(text)[:10]
    return Article.objects.filter(slug__in=slugs).first() if slugs else None


def _article_titled(text: str) -> Article | None:
    """Return the article whose title stands in a text; the longest of several."""
    return (
        Article.objects.annotate(text=Value(text[:3000]), length=Length("title"))
        .filter(text__icontains=F("title"), length__gte=_SHORTEST_TITLE)
        .order_by("-length", "-pk")
        .first()
    )


def _only_article_linked(text: str) -> Article | None:
    """Return the article that all links in a text lead to; None if there are more."""
    tokens = _LINK.findall(text)[:_LINKS_LOOKED_AT]
    if not tokens:
        return None
    links = Link.objects.filter(token__in=tokens).exclude(article=None)
    ids = set(links.values_list("article", flat=True))
    return Article.objects.filter(pk__in=ids).first() if len(ids) == 1 else None


def _only_article_meant(issue: Issue | None, said: str) -> Article | None:
    """Return the article of an issue in which the words stand that they quote."""
    if issue is None or not said:
        return None
    linked = Link.objects.filter(rendition__issue=issue).exclude(article=None)
    articles = Article.objects.filter(pk__in=linked.values("article"))
    places = [(one, place_meant(one, said)) for one in articles[:_ARTICLES_READ]]
    meant = [one for one, place in places if place and place.meant.is_quoted]
    return meant[0] if len(meant) == 1 else None


def _issue_of(letter: Letter, parted: Parted) -> Issue | None:
    subject = without_answer_marks(letter.subject)
    return (
        _issue_answered(letter.thread)
        or _issue_linked(addresses_in(letter))
        or _issue_numbered(f"{subject}\n{parted.said}")
        or _issue_with_subject(subject)
    )


def _issue_answered(thread: tuple[str, ...]) -> Issue | None:
    for message_id in reversed(thread):
        if found := _MESSAGE_ID.match(message_id):
            return Issue.objects.filter(uuid__startswith=found[1]).first()
    return None


def _issue_linked(text: str) -> Issue | None:
    tokens = _LINK.findall(text)[:_LINKS_LOOKED_AT]
    link = Link.objects.select_related("rendition__issue").filter(token__in=tokens)
    if tokens and (one := link.first()):
        return one.rendition.issue
    for slug, number in _ISSUE.findall(text)[:5]:
        of_list = {"mailing_list__slug": slug} if slug else {}
        if issue := Issue.objects.filter(number=number, **of_list).first():
            return issue
    return None


def _issue_numbered(text: str) -> Issue | None:
    found = _NUMBER.search(text[:2000])
    if not found:
        return None
    # With several newsletters a number alone may be of each.
    issues = list(Issue.objects.filter(number=found[1])[:2])
    return issues[0] if len(issues) == 1 else None


def _issue_with_subject(subject: str) -> Issue | None:
    if not subject:
        return None
    return Issue.objects.filter(subject__iexact=subject[:150]).order_by("-pk").first()


def addresses_in(letter: Letter) -> str:
    """Return where a mail may name an address of ours, unpacked from safe links."""
    return "\n".join(_unpacked(letter))


def _unpacked(letter: Letter) -> Iterator[str]:
    for text in (letter.text, *letter.links):
        yield text
        if "%2F" in text or "%2f" in text:
            yield unquote(text)
