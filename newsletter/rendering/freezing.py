"""Freezing an issue: the bytes that are sent, and the rows of its links."""

from datetime import datetime
from importlib.metadata import version

import mjml
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max

from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.rendering.email import RenderedEmail, render, sha256_of
from newsletter.rendering.models import Link, Rendition, make_link_token
from newsletter.rendering.personal import Slot, mark, replace_marks


def freeze(issue: Issue, *, by: AbstractBaseUser | None, now: datetime) -> Rendition:
    """Render an issue and keep it for ever.

    Raises:
        CannotRender: a block cannot be shown; the text names it.
    """
    rendered = render(issue, strict=True)
    tokens = {link.position: make_link_token() for link in rendered.links}
    html, text = (_addressed(body, tokens) for body in (rendered.html, rendered.text))
    with transaction.atomic():
        last = issue.renditions.aggregate(last=Max("number"))["last"] or 0
        rendition = Rendition.objects.create(
            issue=issue,
            number=last + 1,
            issue_version=issue.version,
            subject=rendered.subject,
            preheader=rendered.preheader,
            html=html,
            text=text,
            sha256=sha256_of(rendered.subject, html, text),
            engine=engine(),
            created_at=now,
            created_by_id=by.pk if by else None,
        )
        Link.objects.bulk_create(_rows(rendition, rendered, tokens))
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
