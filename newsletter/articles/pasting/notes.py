"""What found no place in a text, so that it can be told instead of silently lost."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Kind(StrEnum):
    """What it was."""

    PICTURE = "picture"
    DRAWN_IN = "drawn in"
    TABLE = "table"
    EMBED = "embed"
    FORM = "form"
    COMMENT = "comment"
    DELETED = "deleted"
    FURNITURE = "furniture"
    NO_PICTURE = "no picture"
    ONLY_SUMMARY = "only summary"


@dataclass(frozen=True)
class LeftOut:
    """One thing that was not taken over as it was; ``what`` names it, or is ""."""

    kind: Kind
    what: str = ""

    @property
    def sentence(self) -> str:
        """Return it in an editor's words, with what to do."""
        return _sentence(self.kind) % {"what": self.what or _("no name")}


def _sentence(kind: Kind) -> str:
    return {
        Kind.PICTURE: _("A picture was left out (%(what)s). Upload it at the article."),
        Kind.DRAWN_IN: _(
            "A picture inside the text was left out (%(what)s). Save it as a file and "
            "upload it at the article."
        ),
        Kind.TABLE: _(
            "A table became lines of text, one for each row. It begins with “%(what)s”."
        ),
        Kind.EMBED: _(
            "Something that plays or moves was left out (%(what)s). Put a link to it "
            "where it stood."
        ),
        Kind.FORM: _("A form was left out. Put a link to its page where it stood."),
        Kind.COMMENT: _("A comment in the margin was left out: “%(what)s”."),
        Kind.NO_PICTURE: _("The picture did not come along: %(what)s"),
        Kind.ONLY_SUMMARY: _("Only the summary came, not the whole text: %(what)s"),
        Kind.FURNITURE: _(
            "This line belongs to the page and not to the piece, so it was left out: "
            "“%(what)s”."
        ),
        Kind.DELETED: _("What was crossed out stayed out: “%(what)s”."),
    }[kind]


@dataclass(frozen=True)
class Image:
    """A picture that stood in the text: where it is, and what is in it."""

    address: str
    alt: str = ""
    caption: str = ""
