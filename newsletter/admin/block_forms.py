"""The form of a block: a draft may be unfinished, what leaves may not."""

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
