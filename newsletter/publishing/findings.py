"""What a look over an issue before it leaves can turn up."""

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from newsletter.publishing.finding_models import Waiver


class Severity(StrEnum):
    """How much a finding matters."""

    STOP = "stop"
    WARN = "warn"
    HINT = "hint"

    @property
    def label(self) -> str:
        """The word for it on the screen."""
        return str(_LABELS[self])


_LABELS = {
    Severity.STOP: _("must be put right"),
    Severity.WARN: _("look at this"),
    Severity.HINT: _("advice"),
}


@dataclass(frozen=True)
class Mend:
    """The one safe thing that puts a finding right.

    Attributes:
        label: the words on its button.
        do: changes the rows that the finding was made from, and nothing else.
        about: the row that it changes.
        values: what it fills in there, by field; empty when it is something else.
        block, behind: the block that it puts right behind another, new or moved.
    """

    label: str
    do: Callable[[], None]
    about: models.Model
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
    block: models.Model | None = None
    behind: models.Model | None = None


@dataclass(frozen=True)
class Finding:
    """One thing to put right or to know.

    Attributes:
        message: what, and why it matters, in one or two sentences.
        about: the row on whose page it is put right.
        field: the id of the place on that page, such as ``id_subject``.
        page: which page of an issue, if not the one with its blocks.
        code: which check found it, for a page that offers something to do about it.
        is_final: nobody may let the issue go with it.
        text: what it was found in; with other words it is another finding.
        waiver: a publisher's word that the issue may go all the same.
    """

    severity: Severity
    message: str
    about: models.Model
    field: str = ""
    page: str = ""
    code: str = ""
    is_final: bool = False
    text: str = ""
    mend: Mend | None = dataclasses.field(default=None, compare=False)
    waiver: "Waiver | None" = dataclasses.field(default=None, compare=False)

    @property
    def key(self) -> str:
        """What it is known by: the same only for the same thing in the same text."""
        row = f"{self.about._meta.label} {self.about.pk}"
        parts = (self.code, row, self.text or self.message)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Check:
    """One thing that is looked at in every issue.

    Attributes:
        fine: what is said when it is in order.
        is_final: what it stops, nobody may let go: the law, or no mail at all.
        is_quick: it can be told from the form as it is typed.
    """

    code: str
    fine: "StrOrPromise"
    is_final: bool = False
    is_quick: bool = True

    def finds(
        self,
        severity: Severity,
        message: str,
        about: models.Model,
        place: str = "",
        *,
        page: str = "",
        text: str = "",
        mend: Mend | None = None,
    ) -> Finding:
        """Return a finding of this check."""
        return Finding(
            severity,
            message,
            about,
            place,
            page=page,
            code=self.code,
            is_final=self.is_final,
            text=text,
            mend=mend,
        )
