"""The form of one block of an issue."""

from typing import Any

from django import forms


class BlockForm(forms.ModelForm):
    """Lets stay empty what came empty with a composition; the preflight asks for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for nothing that is not there yet in a saved block."""
        super().__init__(*args, **kwargs)
        for field in self.instance.missing_fields if self.instance.pk else ():
            if field.name in self.fields:
                self.fields[field.name].required = False

    def _get_validation_exclusions(self) -> set[str]:
        """Ask the database once for what is chosen: the field found it there."""
        chosen = {
            name
            for name, field in self.fields.items()
            if isinstance(field, forms.ModelChoiceField)
        }
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | chosen
