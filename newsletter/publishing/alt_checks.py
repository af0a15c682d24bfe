"""Checks of the words that pictures have for who cannot see them."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.articles.models import Picture
from newsletter.issues.block import Block
from newsletter.publishing.findings import Check, Finding, Mend, Severity
from newsletter.publishing.mends import setting
from newsletter.publishing.placed_pictures import PlacedPicture, pictures_of
from newsletter.publishing.placeholders import PLACEHOLDER
from newsletter.publishing.places import name_of

ALT_TEXTS = Check(
    "alt texts", gettext_lazy("Pictures have words for who does not see them.")
)
CHECKS = (ALT_TEXTS,)

_FILE_NAME = re.compile(
    r"\.(?:jpe?g|png|gif|webp|heic|tiff?|avif)$"
    r"|^(?:img|dsc[fn]?|pxl|mvimg|screenshot|schermafbeelding|whatsapp image)"
    r"[-_ ]?\d"
    r"|^[a-z0-9_-]*\d{4,}[a-z0-9_-]*$",
    re.IGNORECASE,
)
_PICTURE_OF = re.compile(
    r"^(?:een |de )?(?:foto|afbeelding|plaatje|illustratie|image|picture|photo)"
    r"\s+(?:van|of)\s+",
    re.IGNORECASE,
)


def check_alt_texts(
    blocks: Sequence[Block], *, is_typed: bool = False
) -> Iterator[Finding]:
    """Look at the words for who does not see the pictures.

    Args:
        is_typed: nothing is asked of the database, so no known words are offered.
    """
    for place, block in enumerate(blocks, 1):
        for placed in pictures_of(block):
            if placed.is_told:
                continue
            if trouble := _alt_trouble(placed, getattr(block, "shown_title", "")):
                severity, message, mend = trouble
                if not placed.picture.alt.strip() and not is_typed:
                    mend = _words_known(placed.picture)
                yield ALT_TEXTS.finds(
                    severity,
                    f"{name_of(place, block)}: {message}",
                    placed.picture,
                    "id_alt",
                    text=f"{placed.picture.alt}\n{placed.picture.image.name}",
                    mend=mend,
                )


def _alt_trouble(
    placed: PlacedPicture, title: str
) -> tuple[Severity, str, Mend | None] | None:
    picture, alt = placed.picture, placed.picture.alt.strip()
    if not alt and placed.leads:
        message = _(
            "the picture has no alternative text, and a press on it opens something. "
            "Who sees no pictures hears a bare address."
        )
        return Severity.STOP, message, None
    if not alt:
        message = _(
            "the picture has no alternative text. "
            "Who sees no pictures does not know what is in it."
        )
        return Severity.WARN, message, None
    if found := PLACEHOLDER.search(alt):
        message = _("the alternative text still contains “%(words)s”. Fill it in.")
        return Severity.STOP, message % {"words": found[0]}, None
    if _FILE_NAME.search(alt):
        message = _(
            "the alternative text “%(alt)s” is the name of a file. "
            "Say what is to be seen."
        ) % {"alt": alt}
        return Severity.WARN, message, None
    if found := _PICTURE_OF.match(alt):
        message = _(
            "the alternative text begins with “%(words)s”. "
            "That it is a picture is said already."
        ) % {"words": found[0].strip()}
        rest = alt[found.end() :]
        label = _("Take “%(words)s” off") % {"words": found[0].strip()}
        mend = setting(picture, label, alt=rest[:1].upper() + rest[1:])
        return Severity.HINT, message, mend
    if title and alt.casefold() == title.strip().casefold():
        message = _(
            "the alternative text repeats the title, which is then read twice. "
            "Say what is to be seen."
        )
        return Severity.HINT, message, None
    return None


def _words_known(picture: Picture) -> Mend | None:
    """Offer the words that the very same picture has elsewhere: an article's."""
    if not picture.image:
        return None
    same = Picture.objects.filter(image=picture.image.name).exclude(alt="")
    words = same.exclude(pk=picture.pk).values_list("alt", flat=True).first()
    if not words:
        return None
    label = _("Take “%(words)s”, as elsewhere") % {"words": words}
    return setting(picture, label, alt=words)
