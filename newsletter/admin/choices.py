"""Several words out of a few, kept as a list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise


class WordsField(forms.MultipleChoiceField):
    """Ticks, one for each; a list of words in the database."""

    widget = forms.CheckboxSelectMultiple

    def __init__(
        self, choices: Sequence[tuple[str, str | Promise]], **options: Any
    ) -> None:
        """Take the words with what they mean."""
        super().__init__(choices=choices, **options)
        self.known = choices

    def clean(self, value: Any) -> list[str]:
        """Return them in the order of the form."""
        ticked = set(super().clean(value))
        return [word for word, _meaning in self.known if word in ticked]
