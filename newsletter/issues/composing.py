"""Building an issue at once: a ready-made composition, or the one of another issue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues import blocks as kinds
from newsletter.issues.block import Block
from newsletter.issues.blocks import BLOCK_MODELS, blocks_of
from newsletter.issues.models import Issue
from newsletter.tints import Tint

BETWEEN = 10


class CannotCompose(Exception):
    """Why the blocks are not put in, or not taken out, and what to do about it."""


@dataclass(frozen=True)
class Place:
    """A block to come.

    Attributes:
        says: what stands in it from the start, by the names of its fields.
    """

    kind: type[Block]
    says: Mapping[str, Any] = field(default_factory=dict)

    def saying(self, **more: Any) -> "Place":
        """Return this place with something more in it."""
        return replace(self, says={**self.says, **more})


# --- Ready-made ---


class Composition(StrEnum):
    """The ready-made compositions."""

    CALM = "rustig"
    FESTIVE = "feestelijk"
    DOSSIER = "dossier"


_OPENING = Place(kinds.OpeningBlock)
_HERO = Place(kinds.HeroBlock)
_CARD = Place(kinds.CardBlock)
_QUOTE = Place(kinds.QuoteBlock)
_TIPS = Place(kinds.TipsBlock)
_PAUSE = Place(kinds.PauseMomentBlock)
_MUST_READ = Place(kinds.MustReadBlock)
_QUESTION = Place(kinds.QuestionBlock)

READY_MADE: Mapping[Composition, tuple[Place, ...]] = {
    Composition.CALM: (
        _OPENING,
        _HERO,
        _QUOTE,
        *(_CARD,) * 3,
        _TIPS,
        _PAUSE,
        _MUST_READ,
        _QUESTION,
    ),
    Composition.FESTIVE: (
        _OPENING,
        _QUOTE,
        _HERO,
        _TIPS.saying(heading=gettext_lazy("Make something of it")),
        *(_CARD,) * 2,
        _QUESTION.saying(heading=gettext_lazy("How do you celebrate?")),
        _MUST_READ,
        _PAUSE,
    ),
    Composition.DOSSIER: (
        _OPENING,
        _HERO,
        Place(kinds.TextBlock, {"heading": gettext_lazy("What this is about")}),
        *(_CARD,) * 3,
        _QUOTE,
        Place(kinds.DividerBlock),
        *(_MUST_READ,) * 3,
        _QUESTION,
    ),
}

# What an issue of theirs is tinted, until its editor chooses another.
TINTS: Mapping[Composition, Tint] = {
    Composition.FESTIVE: Tint.GLOW,
    Composition.DOSSIER: Tint.MIST,
}


# --- As another issue was ---

# What stays the same from week to week; the rest of a block is news.
EVERY_WEEK: Mapping[type[Block], tuple[str, ...]] = {
    kinds.OpeningBlock: ("greeting", "signed_by", "portrait"),
    kinds.TextBlock: ("heading",),
    kinds.TipsBlock: ("heading",),
    kinds.QuestionBlock: ("heading",),
    kinds.PauseMomentBlock: ("heading",),
    kinds.HelpLineBlock: ("help_line", "text"),
}
# A picture and an expert have to be chosen, and what was put right last week is done.
NOT_AGAIN = (kinds.ImageBlock, kinds.ExpertBlock, kinds.CorrectionsBlock)


def places_of(blocks: Iterable[Block]) -> list[Place]:
    """Return the composition of another issue, with what stays the same every week."""
    return [
        Place(type(block), _every_week(block))
        for block in blocks
        if not isinstance(block, NOT_AGAIN)
    ]


def opened_as(places: Iterable[Place], blocks: Iterable[Block]) -> list[Place]:
    """Return places whose opening greets and signs as the one among these blocks."""
    opening = next((b for b in blocks if isinstance(b, kinds.OpeningBlock)), None)
    if opening is None:
        return list(places)
    return [
        place.saying(**_every_week(opening))
        if place.kind is kinds.OpeningBlock
        else place
        for place in places
    ]


def _every_week(block: Block) -> dict[str, Any]:
    return {name: getattr(block, name) for name in EVERY_WEEK.get(type(block), ())}


# --- Acts ---


@transaction.atomic
def compose(
    issue: Issue,
    places: Iterable[Place],
    *,
    add: bool = False,
    tint: str = "",
    by: AbstractBaseUser | None,
    now: datetime,
) -> list[Block]:
    """Put blocks into an issue, after those that are there: all of them, or none.

    Args:
        issue: as it was looked at; its version grows.
        add: also when it has blocks already.
        tint: what goes with them; one that was chosen before stays.

    Raises:
        CannotCompose: it has blocks, or somebody saved it since.
    """
    _change(issue, tint=issue.tint or tint, by=by, now=now)
    standing = blocks_of(issue)
    if standing and not add:
        raise CannotCompose(
            _("There are blocks in this issue already, so nothing was put in.")
        )
    last = standing[-1].ordering if standing else 0
    with translation.override(issue.mailing_list.language):
        blocks = [
            _block(issue, place, last + BETWEEN * number)
            for number, place in enumerate(places, 1)
        ]
    for block in blocks:
        block.save()
    return blocks


@transaction.atomic
def take_out(
    issue: Issue,
    blocks: Sequence[tuple[str, int]],
    *,
    tint: str = "",
    by: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Take the blocks out that were put in at once, while nothing else was saved.

    Args:
        blocks: the kind and key of each.
        tint: what the issue had before.

    Raises:
        CannotCompose: somebody saved the issue since.
    """
    _change(issue, tint=tint, by=by, now=now)
    for model in BLOCK_MODELS:
        keys = [key for kind, key in blocks if kind == model.KIND]
        if keys:
            model._default_manager.filter(parent=issue, pk__in=keys).delete()


def _change(
    issue: Issue, *, tint: str, by: AbstractBaseUser | None, now: datetime
) -> None:
    same = Issue.objects.filter(pk=issue.pk, version=issue.version)
    if not same.update(
        version=F("version") + 1,
        tint=tint,
        updated_at=now,
        updated_by=by.pk if by else None,
    ):
        raise CannotCompose(_("Somebody else changed this issue just now. Look again."))
    issue.refresh_from_db()


def _block(issue: Issue, place: Place, ordering: int) -> Block:
    says = {
        name: str(value) if isinstance(value, Promise) else value
        for name, value in place.says.items()
    }
    return place.kind(parent=issue, ordering=ordering, **says)
