"""Several words out of a few, kept as a list."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
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


class TicksAdmin(admin.ModelAdmin):
    """Shows ``ticks`` instead of JSON, by the name of the column."""

    ticks: ClassVar[dict[str, type[models.TextChoices]]]

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Tick what is known."""
        if words := self.ticks.get(db_field.name):
            return WordsField.of(db_field, words)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
