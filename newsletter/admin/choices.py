"""Several words out of a few, kept as a list."""

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst


class WordsField(forms.MultipleChoiceField):
    """A tick for each word; a list of words in the database."""

    widget = forms.CheckboxSelectMultiple
    words: list[str]

    @classmethod
    def of(
        cls, column: "models.Field[Any, Any]", words: type[models.TextChoices]
    ) -> "WordsField":
        """Return the ticks for a column."""
        field = cls(
            choices=words.choices,
            label=capfirst(column.verbose_name),
            initial=column.get_default(),
        )
        field.words = [str(word) for word in words]
        return field

    def clean(self, value: Any) -> list[str]:
        """Return what is ticked, in the order of the form."""
        ticked = set(super().clean(value))
        return [word for word in self.words if word in ticked]
