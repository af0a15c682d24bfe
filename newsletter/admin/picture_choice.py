"""Choosing a picture: thumbnails while searching, and a new one added on the spot."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.options import ModelAdmin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from newsletter.admin.picture_forms import PictureForm
from newsletter.admin.scripts import ScriptsWithNonce
from newsletter.articles.crops import HEAVY, PLACES, weight_of
from newsletter.articles.models import Picture
from newsletter.articles.picture_models import PICTURE_FORMATS, crop_url
from newsletter.articles.pictures import MAIL_QUALITY
from newsletter.publishing.picture_checks import troubles_with

PICTURE_SCRIPT = "newsletter/pictures.js"
PICTURE_MODULES = {
    f"newsletter/pictures/{subject}": f"newsletter/pictures/{subject}.js"
    for subject in ("words", "crops", "choice")
}
SHOWN = 24


class NewPictureForm(PictureForm):
    """The form of a picture beside another form."""

    prefix = "new_picture"

    class Meta(PictureForm.Meta):
        widgets: ClassVar = {
            "expires_on": forms.DateInput({"type": "date"}, "%Y-%m-%d")
        }


class ChoosesPictures(ScriptsWithNonce):
    """Lets the pictures of a form be chosen by looking at them."""

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Add the window in which one chooses."""
        if request.user.has_perm("newsletter.view_picture"):
            context["picture_choice"] = {
                **picture_context(),
                "form": NewPictureForm(label_suffix="")
                if request.user.has_perm("newsletter.add_picture")
                else None,
            }
        return super().render_change_form(request, context, *args, **kwargs)


def picture_context(picture: Picture | None = None) -> dict[str, Any]:
    """Return what the page needs to show how a picture comes out."""
    names = place_names()
    return {
        "places": [
            {"place": place, "name": names[place.name]} for place in PLACES.values()
        ],
        "source": picture.image.url if picture and picture.image else "",
        "words": {
            "heavy": HEAVY,
            "quality": MAIL_QUALITY / 100,
            "weights": {crop: weight_of(picture, crop) for crop in PICTURE_FORMATS}
            if picture
            else {},
            **picture_words(),
        },
    }


def place_names() -> dict[str, str]:
    """Return what editors call the places of a picture in a mail."""
    return {
        "hero": _("Main story"),
        "card": _("Story"),
        "phone": _("Main story on a phone"),
        "wide": _("Picture on its own"),
        "portrait": _("Portrait"),
        "small": _("Small story"),
    }


def picture_words() -> dict[str, str]:
    """Return the sentences that the scripts of pictures say; ``%s`` is filled in."""
    return {
        "choose": _("Choose a picture"),
        "change": _("Choose another"),
        "leaveOut": _("Leave it out"),
        "asArticle": _("Back to the article"),
        "none": _("No picture yet"),
        "fromArticle": _("As in the article: %s"),
        "nothingFound": _("No picture found. Add one below."),
        "logInAgain": _("Log in again in another window; your text stays here."),
        "noAnswer": _("No answer from the server. Your text is still here."),
        "noPicture": _(
            "This is no JPEG or PNG. Save the picture as one of these first."
        ),
        "size": _("%s × %s pixels"),
        "weight": _("%s kB"),
        "about": _("about %s kB"),
        "tooSmall": _("too small: it will look coarse"),
        "soft": _("a little soft on a phone"),
        "tooHeavy": _("heavy for a mail"),
        "point": pgettext("decimal point", "."),
    }


# --- What the window asks for ---


def choose_view(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Answer pictures as JSON; a posted form adds one."""
    if request.method == "POST":
        return _added(admin, request)
    if not admin.has_view_permission(request):
        return JsonResponse({"error": _("You may not see pictures.")}, status=403)
    asked = [one for one in request.GET.getlist("id") if one.isdecimal()]
    if asked:
        found = Picture.objects.filter(pk__in=[one for one in asked if len(one) < 19])
        return JsonResponse({"pictures": [_shown(one) for one in found[:200]]})
    return JsonResponse(_page(request))


def _page(request: HttpRequest) -> dict[str, Any]:
    words = request.GET.get("q", "")[:100].strip()
    number = request.GET.get("pagina", "0")
    first = SHOWN * (int(number) if number.isdecimal() and len(number) < 5 else 0)
    pictures = Picture.objects.all()
    for word in words.split():
        pictures = pictures.filter(
            Q(alt__icontains=word)
            | Q(credit__icontains=word)
            | Q(source__icontains=word)
            | Q(article__title__icontains=word)
        )
    found = list(pictures.distinct()[first : first + SHOWN + 1])
    return {
        "pictures": [_shown(picture) for picture in found[:SHOWN]],
        "more": len(found) > SHOWN,
    }


def _shown(picture: Picture) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "id": picture.pk,
        "src": crop_url(picture, "small") if picture.image else "",
        "words": str(picture),
        "credit": picture.credited(),
        "trouble": capfirst(
            next((one.message for one in troubles_with(picture, day=today)), "")
        ),
    }


def _added(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    if not admin.has_add_permission(request):
        return JsonResponse({"error": _("You may not add pictures.")}, status=403)
    form = NewPictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    picture = form.save()
    admin.log_addition(request, picture, [{"added": {}}])
    return JsonResponse({"picture": _shown(picture)}, status=201)
