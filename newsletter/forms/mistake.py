"""The form on which a reader points at a mistake."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line, refuse_in_text
from subscribers.addresses import InvalidAddress, clean_address


class MistakeForm(forms.Form):
    """What is wrong, and whom we may thank. Only the first is asked for."""

    text = forms.CharField(
        label=_("What did you see?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[refuse_in_text],
        error_messages={"required": _("Tell us in a few words what is wrong.")},
    )
    name = forms.CharField(
        label=_("Your first name"),
        max_length=60,
        required=False,
        validators=[refuse_in_line],
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    address = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        required=False,
        help_text=_("Only to thank you, or to ask what you mean."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # Drawn once with the page: pressing the button twice makes one report.
    page = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    # People do not see this field; machines fill in every field.
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1"})
    )

    def clean_address(self) -> str:
        """Refuse an address that we could not answer."""
        address: str = self.cleaned_data["address"]
        if not address:
            return ""
        try:
            return clean_address(address)
        except InvalidAddress as invalid:
            raise forms.ValidationError(str(invalid)) from invalid

    @property
    def is_from_a_machine(self) -> bool:
        """Whether the field that people do not see was filled in."""
        data: dict[str, Any] = self.cleaned_data
        return bool(data.get("website"))
