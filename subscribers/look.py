"""How a newsletter looks: its colours and logo, and a sample that shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsletter.characters import refuse_in_line
from newsletter.colours import PAPER, READABLE, Palette, contrast, palette_for
from subscribers.logos import Logo, RefusedLogo, logo_of
from subscribers.models import MailingList, hex_colour

if TYPE_CHECKING:
    Base = admin.ModelAdmin
else:
    Base = object


class LogoUpload(SimpleUploadedFile):
    """A logo as we keep it, on its way from the form to the list."""

    def __init__(self, logo: Logo) -> None:
        """Carry the file and what we know of it."""
        super().__init__(str(logo.file.name), logo.content, "image/png")
        self.logo = logo


class LogoField(forms.FileField):
    """Takes a PNG or JPEG and hands on what we keep of it."""

    def to_python(self, data: Any) -> Any:
        """Make the upload small and safe, or say why it is refused."""
        upload = super().to_python(data)
        if not isinstance(upload, UploadedFile):
            return upload
        try:
            return LogoUpload(logo_of(upload))
        except RefusedLogo as refused:
            raise ValidationError(str(refused), code="refused_logo") from refused


@dataclass(frozen=True)
class Figure:
    """How well some words stand out from their ground."""

    name: str
    ratio: str


@dataclass(frozen=True)
class Scheme:
    """The colours of a sample by day or by night."""

    name: str
    paper: str
    ink: str
    accent: str
    sand: str
    muted: str
    hairline: str
    quiet: str
    quiet_words: str

    @property
    def figures(self) -> list[Figure]:
        """The pairs that matter; each is at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
        pairs = (
            (_("Link"), self.accent, self.paper),
            (_("Button"), self.paper, self.accent),
            (_("Link in an advertisement"), self.accent, self.sand),
            (_("Moment of rest"), self.quiet_words, self.quiet),
        )
        return [Figure(name, _in_figures(one, other)) for name, one, other in pairs]


@dataclass(frozen=True)
class Sample:
    """What a newsletter would look like.

    Attributes:
        notes: what we changed for the sake of readers, in sentences.
        logo: its address, empty where the name stands in type.
    """

    name: str
    schemes: tuple[Scheme, Scheme]
    notes: tuple[str, ...]
    logo: str = ""
    logo_width: int = 0
    logo_height: int = 0


def sample_of(mailing_list: MailingList, *, upload: Logo | None = None) -> Sample:
    """Return the sample of a list, saved or not, perhaps with a logo just chosen."""
    palette = palette_for(mailing_list.accent_colour, mailing_list.second_colour)
    notes = (*_notes_on_colours(mailing_list, palette), *_notes_on_logo(upload))
    logo, width, height = "", 0, 0
    if upload:
        logo, width, height = upload.address, upload.width, upload.height
    elif mailing_list.logo:
        logo = mailing_list.logo.url
        width, height = mailing_list.logo_width, mailing_list.logo_height
    return Sample(mailing_list.name, _schemes(palette), notes, logo, width, height)


def _schemes(palette: Palette) -> tuple[Scheme, Scheme]:
    by_day = Scheme(
        name=_("By day"),
        paper=palette.paper,
        ink=palette.ink,
        accent=palette.accent,
        sand=palette.sand,
        muted=palette.muted,
        hairline=palette.hairline,
        quiet=palette.second_pale,
        quiet_words=palette.second,
    )
    by_night = Scheme(
        name=_("By night"),
        paper=palette.paper_in_dark,
        ink=palette.ink_in_dark,
        accent=palette.accent_in_dark,
        sand=palette.sand_in_dark,
        muted=palette.muted_in_dark,
        hairline=palette.hairline_in_dark,
        quiet=palette.second_pale_in_dark,
        quiet_words=palette.second_in_dark,
    )
    return by_day, by_night


def _notes_on_colours(mailing_list: MailingList, palette: Palette) -> Iterator[str]:
    chosen = (
        (mailing_list.accent_colour, palette.accent),
        (mailing_list.second_colour, palette.second),
    )
    for colour, shade in chosen:
        if colour and colour.upper() != shade:
            yield _(
                "%(colour)s is hard to read: on paper it stands out %(ratio)s to 1, "
                "and %(least)s is the least. The mail uses a darker shade of it, "
                "%(shade)s."
            ) % {
                "colour": colour,
                "ratio": _in_figures(colour, PAPER),
                "least": number_format(READABLE, 1),
                "shade": shade,
            }


def _notes_on_logo(upload: Logo | None) -> Iterator[str]:
    if upload is None:
        return
    if upload.plate == PAPER:
        yield _("By night this logo would vanish: it gets a plate of paper behind it.")
    elif upload.plate:
        yield _("On paper this logo would vanish: it gets a dark plate behind it.")
    if not upload.is_sharp:
        yield _("This logo has few pixels and is shown small. 560 wide is best.")


def _in_figures(one: str, other: str) -> str:
    # Rounded down: 4.47 is no 4.5.
    return number_format(int(contrast(one, other) * 10) / 10, 1)


class SampleForm(forms.Form):
    """What the sample needs of the form beside it, while it is being filled in."""

    name = forms.CharField(max_length=80, required=False, validators=[refuse_in_line])
    accent_colour = forms.CharField(validators=[hex_colour])
    second_colour = forms.CharField(required=False, validators=[hex_colour])
    logo = LogoField(required=False)

    @property
    def troubles(self) -> list[str]:
        """Every sentence about what is wrong, once."""
        return list(dict.fromkeys(str(one) for e in self.errors.values() for one in e))


class LookAdmin(Base):
    """Shows the sample beside the form of a newsletter, before anything is kept."""

    def get_urls(self) -> list[URLPattern]:
        """Add the sample."""
        sample = self.admin_site.admin_view(require_POST(self.sample_view))
        name = "subscribers_mailinglist_sample"
        return [path("sample/", sample, name=name), *super().get_urls()]

    def sample_view(self, request: HttpRequest) -> HttpResponse:
        """Show what the colours and the logo in the form would do; keep nothing."""
        number = request.POST.get("list", "")
        known = MailingList.objects.filter(
            pk=number if number.isdecimal() else 0
        ).first()
        if not self.has_change_permission(request, known):
            raise PermissionDenied
        form = SampleForm(request.POST, request.FILES)
        context: dict[str, Any] = {"troubles": form.troubles}
        if form.is_valid():
            context["sample"] = _tried(form.cleaned_data, known, request)
        template = "admin/subscribers/mailinglist/_sample.html"
        return TemplateResponse(
            request, template, context, status=200 if form.is_valid() else 400
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Begin with the newsletter as it is."""
        known = context.get("original") or MailingList()
        context = {**context, "sample": sample_of(known)}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: MailingList, form: Any, change: bool
    ) -> None:
        """Keep how large a new logo is shown."""
        upload = form.cleaned_data.get("logo")
        if isinstance(upload, LogoUpload):
            obj.logo_width, obj.logo_height = upload.logo.width, upload.logo.height
        super().save_model(request, obj, form, change)


def _tried(
    values: dict[str, Any], known: MailingList | None, request: HttpRequest
) -> Sample:
    upload = values["logo"]
    tried = MailingList(
        name=values["name"],
        accent_colour=values["accent_colour"],
        second_colour=values["second_colour"],
    )
    if known and known.logo and "logo-clear" not in request.POST:
        tried.logo = known.logo
        tried.logo_width, tried.logo_height = known.logo_width, known.logo_height
    return sample_of(tried, upload=upload.logo if upload else None)
