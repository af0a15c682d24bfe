"""What a look over an issue before it leaves can turn up."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


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
class Finding:
    """One thing to put right or to know.

    Attributes:
        message: what, and why it matters, in one or two sentences.
        about: the row on whose page it is put right.
        field: the id of the place on that page, such as ``id_subject``.
        code: what kind it is, for a page that offers something to do about it.
    """

    severity: Severity
    message: str
    about: models.Model
    field: str = ""
    code: str = ""
