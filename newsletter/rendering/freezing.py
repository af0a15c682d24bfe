"""Freezing an issue: the bytes that are sent, and the rows of its links."""

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

import mjml
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max

from newsletter.issues.aiming import aim_of
from newsletter.issues.models import Issue
from newsletter.issues.subject_tests import SubjectTest, subjects_of
from newsletter.links import absolute_url
from newsletter.rendering.canary import with_canary, without_canary
from newsletter.rendering.email import RenderedEmail, render, sha256_of
from newsletter.rendering.links import link_mark
from newsletter.rendering.models import Canary, Link, Rendition, make_link_token
from newsletter.rendering.personal import Slot, mark, replace_marks


@dataclass(frozen=True)
class Frozen:
    """An issue as one may compare it with itself: marks instead of random tokens.

    Attributes:
        links: target and article of every editorial link, in reading order.
    """

    subject: str
    preheader: str
    html: str
    text: str
    links: tuple[tuple[str, int | None], ...]

    @classmethod
    def of(cls, rendered: RenderedEmail) -> "Frozen":
        """Take it from a rendering."""
        return cls(
            rendered.subject,
            rendered.preheader,
            rendered.html,
            rendered.text,
            tuple((link.target, link.article_id) for link in rendered.links),
        )

    def links_of(self, article_id: int) -> list[str]:
        """Return where the links of one article lead."""
        return [target for target, article in self.links if article == article_id]

    def has_new(self, words: Iterable[str], before: "Frozen") -> bool:
        """Tell whether any of these is shown here and was not before."""
        here, there = self._shown(), before._shown()
        plain = (" ".join(word.split()) for word in words)
        return any(word in here and word not in there for word in plain if word)

    def _shown(self) -> str:
        return " ".join(f"{self.text} {self.html}".split())


def as_rendered(rendition: Rendition) -> Frozen:
    """Return a rendition as it was before its links got addresses of ours."""
    links = list(rendition.links.order_by("position"))
    marks = {link.token: link_mark(link.position) for link in links}
    ours = re.compile(
        re.escape(absolute_url("link", "TOKEN")).replace("TOKEN", "([0-9a-f]+)")
    )

    def marked(body: str) -> str:
        return ours.sub(lambda found: marks.get(found[1], found[0]), body)

    return Frozen(
        rendition.subject,
        rendition.preheader,
        without_canary(marked(rendition.html)),
        marked(rendition.text),
        tuple((link.target, link.article_id) for link in links),
    )


def freeze(issue: Issue, *, by: AbstractBaseUser | None, now: datetime) -> Rendition:
    """Render an issue and keep it for ever, once under each subject that is tried.

    Returns:
        The one under the issue's own subject; ``with_variants`` are all of them.

    Raises:
        CannotRender: a block cannot be shown; the text names it.
    """
    own, *others = [
        render(_under(issue, subject), strict=True) for subject in subjects_of(issue)
    ]
    test = SubjectTest.objects.filter(issue=issue).first()
    with transaction.atomic():
        rendition = _keep(own, issue, None, test=test, by=by, now=now)
        for other in others:
            _keep(other, issue, rendition, by=by, now=now)
    return rendition


def _under(issue: Issue, subject: str) -> Issue:
    """Return the issue as if that were its subject; nothing is saved."""
    other = copy(issue)
    other.subject = subject
    return other


def _keep(
    rendered: RenderedEmail,
    issue: Issue,
    variant_of: Rendition | None,
    *,
    test: SubjectTest | None = None,
    by: AbstractBaseUser | None,
    now: datetime,
) -> Rendition:
    """Each has links of its own, so that what is pressed tells which subject it was."""
    tokens = {link.position: make_link_token() for link in rendered.links}
    html, text = (_addressed(body, tokens) for body in (rendered.html, rendered.text))
    canary = make_link_token()
    html = with_canary(html, absolute_url("link", canary))
    last = issue.renditions.aggregate(last=Max("number"))["last"] or 0
    rendition = Rendition.objects.create(
        issue=issue,
        number=last + 1,
        variant_of=variant_of,
        tried_on_percent=test.share_percent if test else None,
        tried_for_minutes=test.wait_minutes if test else None,
        issue_version=issue.version,
        subject=rendered.subject,
        preheader=rendered.preheader,
        html=html,
        text=text,
        aim=aim_of(issue),
        sha256=sha256_of(rendered.subject, html, text),
        engine=engine(),
        created_at=now,
        created_by_id=by.pk if by else None,
    )
    Link.objects.bulk_create(_rows(rendition, rendered, tokens))
    Canary.objects.create(rendition=rendition, token=canary)
    return rendition


def engine() -> str:
    """Return what turned MJML into HTML, with its version."""
    return f"{mjml.__name__}-python {version('mjml-python')}"


def _addressed(body: str, tokens: dict[int, str]) -> str:
    """Give every link mark its address of ours; personal slots stay."""

    def value_of(name: str) -> str:
        if name.startswith("link."):
            return absolute_url("link", tokens[int(name.removeprefix("link."))])
        return mark(Slot(name))

    return replace_marks(body, value_of)


def _rows(
    rendition: Rendition, rendered: RenderedEmail, tokens: dict[int, str]
) -> list[Link]:
    return [
        Link(
            rendition=rendition,
            position=link.position,
            token=tokens[link.position],
            target=link.target,
            label=link.label,
            block_kind=link.block_kind,
            article_id=link.article_id,
        )
        for link in rendered.links
    ]
