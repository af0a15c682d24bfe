"""Choosing the tint of an issue: a small mail in each, and what to call its colours."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from newsletter.colours import Palette, palette_for
from newsletter.tints import Tint, pale_in_words, tinted
from subscribers.models import MailingList


@dataclass(frozen=True)
class Swatch:
    """One tint in the colours of one list."""

    name: str
    words: str
    palette: Palette


class TintChoice(forms.RadioSelect):
    """Shows each tint beside its name; ``swatches`` come with the list."""

    swatches: dict[str, Swatch] = {}

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        """Draw them as one group of choices."""
        own = self.build_attrs(self.attrs, attrs)
        offered = [
            (one, self.swatches[one["value"]])
            for one in self.options(name, [value or ""], own)
            if one["value"] in self.swatches
        ]
        return render_to_string(
            "admin/newsletter/issue/_tints.html", {"offered": offered}
        )


def offer_tints(field: Any, mailing_list: MailingList) -> None:
    """Let a field of a form offer the tints of one list."""
    swatches = swatches_of(mailing_list)
    field.choices = [(value, one.name) for value, one in swatches.items()]
    field.widget.swatches = swatches


def swatches_of(mailing_list: MailingList) -> dict[str, Swatch]:
    """Return what may be chosen for an issue of a list, its own look first."""
    palette = palette_for(mailing_list.accent_colour, mailing_list.second_colour)
    own = Swatch(_("As the newsletter"), pale_in_words(palette.sand), palette)
    return {"": own} | {tint.value: _swatch(tint, palette) for tint in Tint}


def _swatch(tint: Tint, palette: Palette) -> Swatch:
    shown = tinted(palette, tint)
    return Swatch(str(tint.label), pale_in_words(shown.sand), shown)
