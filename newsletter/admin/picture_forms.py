"""The forms of a picture: the file, what is in it, and what we may do with it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _

from newsletter.articles.models import Picture
from newsletter.articles.picture_models import (
    AiUse,
    CreativeCommons,
    Licence,
    PortraitConsent,
)
from newsletter.articles.pictures import RefusedPicture, safe_picture

_POINT = re.compile(
    r"(0(?:\.\d{1,6})?|1(?:\.0{1,6})?)x(0(?:\.\d{1,6})?|1(?:\.0{1,6})?)"
)
_KIND_OF = {"png": "image/png", "jpg": "image/jpeg"}


class PictureField(forms.ImageField):
    """Takes any JPEG or PNG and hands on what we keep of it."""

    def to_python(self, data: Any) -> Any:
        """Make the upload safe, or say why it is refused."""
        if not isinstance(data, UploadedFile):
            return forms.FileField.to_python(self, data)
        try:
            safe = safe_picture(data)
        except RefusedPicture as refused:
            raise ValidationError(str(refused), code="refused_picture") from refused
        name = str(safe.name)
        return SimpleUploadedFile(name, safe.read(), _KIND_OF[name.rpartition(".")[2]])


class PictureForm(forms.ModelForm):
    """A picture with its rights; what a licence asks for is asked at its field."""

    class Meta:
        model = Picture
        fields = (
            "image",
            "point_of_interest",
            "alt",
            "credit",
            "source",
            "licence",
            "licence_number",
            "creative_commons",
            "for_newsletter",
            "for_website",
            "for_social",
            "expires_on",
            "portrait_consent",
            "ai_use",
        )
        field_classes = {"image": PictureField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer only the licences that may still be chosen."""
        super().__init__(*args, **kwargs)
        self.fields["ai_use"].required = False
        # The page shows the picture and its point itself (static newsletter/pictures).
        self.fields["image"].widget = forms.FileInput(
            {"accept": "image/jpeg,image/png"}
        )
        self.fields["point_of_interest"].widget = forms.HiddenInput()
        self.fields["point_of_interest"].required = False
        may_be = [
            pair
            for pair in Licence.choices
            if pair[0] != Licence.EARLIER or self.instance.licence == Licence.EARLIER
        ]
        self._offer("licence", may_be)
        self._offer("portrait_consent", PortraitConsent.choices)

    def _offer(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("not known yet")), *choices]

    def clean_point_of_interest(self) -> str:
        """Refuse what is no point in the picture."""
        point: str = self.cleaned_data["point_of_interest"] or "0.5x0.5"
        if not _POINT.fullmatch(point):
            raise ValidationError(
                _("This is no point in the picture. Press on the picture to choose."),
                code="no_point",
            )
        return point

    def clean_ai_use(self) -> str:
        """Take no answer for nothing."""
        return self.cleaned_data["ai_use"] or AiUse.NONE

    def clean(self) -> dict[str, Any]:
        """Ask for what the licence needs, at the field where it belongs."""
        cleaned = super().clean() or {}
        licence = cleaned.get("licence")
        # What belongs to another licence than the chosen one says nothing.
        if licence != Licence.CREATIVE_COMMONS:
            cleaned["creative_commons"] = ""
        if licence == Licence.AI:
            cleaned["ai_use"] = AiUse.MADE
        for field, message in self._lacking(cleaned):
            if field not in self.errors:
                self.add_error(field, ValidationError(message, code="licence_asks"))
        return cleaned

    def _lacking(self, cleaned: dict[str, Any]) -> list[tuple[str, str]]:
        licence, kind = cleaned.get("licence"), cleaned.get("creative_commons")
        lacking = []
        if licence == Licence.STOCK and not cleaned.get("licence_number"):
            lacking.append(("licence_number", _("A bought picture needs its number.")))
        if licence == Licence.CREATIVE_COMMONS and not kind:
            words = _("Say which Creative Commons licence it is.")
            lacking.append(("creative_commons", words))
        if kind and kind != CreativeCommons.ZERO and not cleaned.get("credit"):
            lacking.append(("credit", _("This licence asks to name the maker.")))
        return lacking
