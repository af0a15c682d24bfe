"""“How do you want to begin?”: an issue gets its blocks with one press."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reversion import add_to_revision, create_revision, set_user

from newsletter.admin.drawings import Drawing, draw
from newsletter.issues.block import Block
from newsletter.issues.blocks import blocks_of
from newsletter.issues.composing import (
    READY_MADE,
    TINTS,
    CannotCompose,
    Composition,
    Place,
    compose,
    opened_as,
    places_of,
    take_out,
)
from newsletter.issues.models import Issue
from newsletter.publishing.suggesting import Suggestion, issue_to_follow, suggest
from subscribers.models import MailingList

# What a button of the panel is called in what is posted; what it says is one of the
# values below, with the words after it when articles are to come with it.
PRESSED = "_begin"
ADDED = "_begin_beside"
WITH_ARTICLES = "-met-artikelen"
AS_BEFORE = "vorige"
# What was put in last, until the issue is saved again.
SESSION = "composed"


# --- What is offered ---


@dataclass(frozen=True)
class Beginning:
    """One way to begin.

    Attributes:
        value: what its button says when it is pressed.
    """

    value: str
    name: str
    words: str
    drawing: Drawing

    @property
    def with_articles(self) -> str:
        """What its other button says, which puts articles in at once."""
        return f"{self.value}{WITH_ARTICLES}"


def beginnings(
    mailing_list: MailingList, *, before: Issue | None = None
) -> dict[str, Any]:
    """Return the ways to begin an issue, as the panel shows them.

    Args:
        before: the issue that is being made, if it is there already.
    """
    followed = issue_to_follow(mailing_list, before=before)
    ready_made = [
        Beginning(
            value=composition.value,
            name=name,
            words=words,
            drawing=_drawn(READY_MADE[composition]),
        )
        for composition, name, words in _ready_made()
    ]
    offered = [_as_before(followed), *ready_made] if followed else ready_made
    return {"offered": offered, "suggested": ready_made[0]}


def _as_before(followed: Issue) -> Beginning:
    return Beginning(
        value=AS_BEFORE,
        name=_("As %(issue)s") % {"issue": str(followed).lower()},
        words=_(
            "The same blocks in the same order. Headings, greeting, signature and help "
            "line come along; stories and texts are for you to fill in."
        ),
        drawing=_drawn(places_of(blocks_of(followed))),
    )


def _ready_made() -> list[tuple[Composition, str, str]]:
    return [
        (
            Composition.CALM,
            _("Calm"),
            _("One large story, three smaller ones, tips and a moment of rest."),
        ),
        (
            Composition.FESTIVE,
            _("Festive"),
            _("Opens with a quotation, tips to make something of it, and a question."),
        ),
        (
            Composition.DOSSIER,
            _("Dossier"),
            _("One subject, or the best of a time: four stories, three from before."),
        ),
    ]


def _drawn(places: Sequence[Place]) -> Drawing:
    return draw(place.kind for place in places)


# --- What is pressed ---


def is_pressed(request: HttpRequest) -> bool:
    """Tell whether a way to begin was chosen."""
    return bool(request.POST.get(PRESSED) or request.POST.get(ADDED))


def begin_with(request: HttpRequest, issue: Issue, *, now: datetime) -> None:
    """Put in what was chosen, and keep what and why for the page; or say why not."""
    asked = request.POST.get(PRESSED) or request.POST.get(ADDED, "")
    value = asked.removesuffix(WITH_ARTICLES)
    places = _places(value, issue)
    if places is None:
        messages.error(request, _("Choose one of the ways to begin."))
        return
    suggestion = None
    if asked.endswith(WITH_ARTICLES):
        suggestion = suggest(places, issue, now=now)
        places = suggestion.places
    before = issue.tint
    try:
        blocks = compose(
            issue,
            places,
            add=ADDED in request.POST,
            tint=_tint(request, value),
            by=_who(request),
            now=now,
        )
    except CannotCompose as refusal:
        messages.error(request, str(refusal))
        return
    request.session[SESSION] = {
        **_remembered(issue, blocks, suggestion),
        "tint": before,
    }


def _tint(request: HttpRequest, value: str) -> str:
    """Return what goes with a composition; blocks that are added change no colours."""
    is_whole = ADDED not in request.POST and value in list(Composition)
    return TINTS.get(Composition(value), "") if is_whole else ""


def _who(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _places(value: str, issue: Issue) -> list[Place] | None:
    """Return the places of a way to begin; None when there is no such way."""
    followed = issue_to_follow(issue.mailing_list, before=issue)
    before = blocks_of(followed) if followed else []
    if value == AS_BEFORE:
        return places_of(before) or None
    if value not in list(Composition):
        return None
    return opened_as(READY_MADE[Composition(value)], before)


def _remembered(
    issue: Issue, blocks: Sequence[Block], suggestion: Suggestion | None
) -> dict[str, Any]:
    return {
        "issue": issue.pk,
        "version": issue.version,
        "blocks": [[block.KIND, block.pk] for block in blocks],
        "choices": [
            [choice.article.title, choice.why]
            for choice in (suggestion.choices if suggestion else [])
        ],
        "empty": suggestion.empty if suggestion else 0,
    }


# --- What was put in, and out again ---


def begin_context(request: HttpRequest, issue: Issue) -> dict[str, Any]:
    """Return what the composer shows of beginning."""
    has_blocks = bool(blocks_of(issue))
    return {
        "composed": composed(request, issue),
        "has_blocks": has_blocks,
        "pressed": ADDED if has_blocks else PRESSED,
        **beginnings(issue.mailing_list, before=issue),
    }


def composed(request: HttpRequest, issue: Issue) -> dict[str, Any] | None:
    """Return what was put into this issue last, while nothing was saved since."""
    last = request.session.get(SESSION)
    if not last or (last["issue"], last["version"]) != (issue.pk, issue.version):
        return None
    count = len(last["blocks"])
    words = ngettext(
        "%(count)s block is in the issue.", "%(count)s blocks are in the issue.", count
    )
    return {**last, "words": words % {"count": count}}


def take_out_view(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Take out what was put in at once."""
    issue = admin.get_object(request, str(pk))
    if issue is None or not admin.has_change_permission(request, issue):
        return redirect("admin:newsletter_issue_changelist")
    page = redirect("admin:newsletter_issue_change", issue.pk)
    last = request.session.get(SESSION)
    if request.method != "POST" or not last or last["issue"] != issue.pk:
        return page
    issue.version = last["version"]
    blocks = [(kind, key) for kind, key in last["blocks"]]
    with create_revision():
        set_user(request.user)
        try:
            take_out(
                issue,
                blocks,
                tint=last.get("tint", ""),
                by=_who(request),
                now=timezone.now(),
            )
        except CannotCompose as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The blocks are out again."))
        add_to_revision(issue)
    del request.session[SESSION]
    return page
