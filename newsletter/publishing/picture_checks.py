"""Checks of pictures: are they there, may they be shown, do they come out well?

An issue is also a page of the website, so each picture needs both uses.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.articles.crops import HEAVY, Place, weight_of
from newsletter.articles.models import Picture
from newsletter.articles.picture_models import (
    EXPIRES_SOON,
    Licence,
    PortraitConsent,
    crop_url,
)
from newsletter.issues.block import Block
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.placed_pictures import (
    PlacedPicture,
    picture_on_our_page,
    pictures_of,
)
from newsletter.publishing.places import name_of

PICTURE_FILES = Check(
    "picture files", gettext_lazy("All pictures are there."), is_quick=False
)
PICTURE_RIGHTS = Check(
    "picture rights",
    gettext_lazy("Every picture may be shown, is sharp enough and not too heavy."),
    is_quick=False,
)
CHECKS = (PICTURE_FILES, PICTURE_RIGHTS)


# --- Are they there? ---


def check_picture_files(blocks: Sequence[Block]) -> Iterator[Finding]:
    """See that every picture is there as the mail shows it."""
    for number, block in enumerate(blocks, 1):
        for placed in pictures_of(block):
            yield from _check_file(placed, name_of(number, block))


def _check_file(placed: PlacedPicture, block: str) -> Iterator[Finding]:
    picture = placed.picture
    name = crop_url(picture, placed.place.crop).removeprefix(settings.MEDIA_URL)
    try:
        default_storage.size(name)
    except (OSError, ValueError):
        message = _(
            "the picture is missing on the server, so readers would see a gap. "
            "Upload it again."
        )
        yield PICTURE_FILES.finds(
            Severity.STOP, f"{block}: {message}", picture, "id_image", text=name
        )


# --- May they be shown, and do they come out well? ---


class Trouble(NamedTuple):
    """What is wrong with a picture, and the field in which it is put right."""

    severity: Severity
    message: str
    field: str


def check_pictures(blocks: Sequence[Block], *, day: date) -> Iterator[Finding]:
    """Look at every picture that a reader gets to see: its rights once, its size each.

    Args:
        day: the day on which the issue leaves.
    """
    seen: set[int] = set()
    for number, block in enumerate(blocks, 1):
        for picture, place in _shown(block):
            troubles = list(_sizes(picture, place)) if place else []
            if picture.pk not in seen:
                troubles = [*troubles_with(picture, day=day), *troubles]
            seen.add(picture.pk)
            for trouble in troubles:
                yield _finding(trouble, picture, name_of(number, block))


def _shown(block: Block) -> Iterator[tuple[Picture, Place | None]]:
    """Give what a reader sees; what stands on a page of ours has no place in it."""
    for placed in pictures_of(block):
        yield placed.picture, placed.place
    if on_our_page := picture_on_our_page(block):
        yield on_our_page, None


def _finding(trouble: Trouble, picture: Picture, block: str) -> Finding:
    message = _("%(block)s: the picture “%(picture)s” %(trouble)s") % {
        "block": block,
        "picture": Truncator(str(picture)).chars(40),
        "trouble": trouble.message,
    }
    noted = getattr(picture, trouble.field.removeprefix("id_"))
    text = f"{trouble.field}: {noted}"
    return PICTURE_RIGHTS.finds(
        trouble.severity, message, picture, trouble.field, text=text
    )


def troubles_with(picture: Picture, *, day: date) -> Iterator[Trouble]:
    """Say why a picture may not be shown on a day, or soon may not be."""
    yield from _rights(picture)
    yield from _uses(picture)
    yield from _expiry(picture, day)
    yield from _consent(picture)
    yield from _conditions(picture)


def _rights(picture: Picture) -> Iterator[Trouble]:
    if picture.licence == Licence.EARLIER:
        # It was shown before rights were kept: no Sunday is lost over that.
        message = _(
            "is from before we noted rights. Look up by what right we show it, and "
            "who is in it."
        )
        yield Trouble(Severity.WARN, message, "id_licence")
    elif not picture.licence:
        message = _("has no rights noted. Say by what right we show it.")
        yield Trouble(Severity.STOP, message, "id_licence")


def _uses(picture: Picture) -> Iterator[Trouble]:
    if not picture.for_newsletter:
        message = _("may not be used in the newsletter. Choose another picture.")
        yield Trouble(Severity.STOP, message, "id_for_newsletter")
    elif not picture.for_website:
        message = _(
            "may not be used on the website, where every issue can be read too. "
            "Choose another picture."
        )
        yield Trouble(Severity.STOP, message, "id_for_website")


def _expiry(picture: Picture, day: date) -> Iterator[Trouble]:
    last = picture.expires_on
    if last is None or last > day + EXPIRES_SOON:
        return
    words = {"day": formats.date_format(last, "j F Y")}
    if last < day:
        message = _(
            "might be shown until %(day)s, which lies before the issue leaves. "
            "Choose another picture or extend the licence."
        )
        yield Trouble(Severity.STOP, message % words, "id_expires_on")
    else:
        message = _(
            "may be shown until %(day)s. After that it has to go from the website."
        )
        yield Trouble(Severity.WARN, message % words, "id_expires_on")


def _consent(picture: Picture) -> Iterator[Trouble]:
    if picture.portrait_consent == PortraitConsent.PENDING:
        message = _("shows someone who has not agreed yet. Ask, or choose another.")
        yield Trouble(Severity.STOP, message, "id_portrait_consent")
    elif not picture.portrait_consent and picture.licence != Licence.EARLIER:
        message = _("does not say whether people can be recognised in it. Say so.")
        yield Trouble(Severity.STOP, message, "id_portrait_consent")


def _conditions(picture: Picture) -> Iterator[Trouble]:
    """Tell what a Creative Commons licence asks and nobody can see in the picture."""
    kind = picture.creative_commons
    if "nc" in kind:
        message = _(
            "may not be used commercially. With an advertisement in it an issue is "
            "commercial: ask the maker."
        )
        yield Trouble(Severity.WARN, message, "id_creative_commons")
    if "nd" in kind:
        message = _("may not be changed, and a crop is a change: ask the maker.")
        yield Trouble(Severity.WARN, message, "id_creative_commons")


def _sizes(picture: Picture, place: Place) -> Iterator[Trouble]:
    """Say what readers would see of it: coarse pixels, or nothing for a while."""
    if place.enlarged(picture.width, picture.height) > 1:
        message = _(
            "is too small here (%(width)d × %(height)d pixels) and will look coarse. "
            "Choose a larger one."
        ) % {"width": picture.width, "height": picture.height}
        yield Trouble(Severity.WARN, message, "id_image")
    weight = weight_of(picture, place.crop)
    if weight is not None and weight > HEAVY:
        message = _(
            "weighs %(weight)d kB, so it comes late on a train. "
            "As a JPEG it is mostly lighter."
        ) % {"weight": round(weight / 1000)}
        yield Trouble(Severity.WARN, message, "id_image")
