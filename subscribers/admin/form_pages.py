"""Pages of the desk that are one form: its fields, one press, and a way back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy

from newsletter.characters import refuse_in_line, refuse_in_text
from subscribers.models import Subscriber

DAY = forms.DateInput({"type": "date"}, "%Y-%m-%d")


class DeskForm(forms.Form):
    """A form in a card of the desk."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out the colon: Dutch labels carry none."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


def line(label: Any, **options: Any) -> forms.CharField:
    """Return a field for one line of text."""
    options.setdefault("max_length", 200)
    return forms.CharField(
        label=label,
        validators=[refuse_in_line],
        widget=forms.TextInput({"class": "vTextField"}),
        **options,
    )


def text(label: Any, *, rows: int = 4, **options: Any) -> forms.CharField:
    """Return a field for some lines of text."""
    options.setdefault("max_length", 4000)
    return forms.CharField(
        label=label,
        validators=[refuse_in_text],
        widget=forms.Textarea({"class": "vLargeTextField", "rows": rows}),
        **options,
    )


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: Any,
    words: Any,
    back: str,
    lead: Any = "",
    about: Model | None = None,
    kind: type[Model] = Subscriber,
    is_final: bool = False,
) -> HttpResponse:
    """Show a form, with what is wrong about it when it was sent.

    Args:
        words: on the button, telling what a press does.
        back: where one goes without pressing.
        about: the row it is about, to which the crumbs lead.
        kind: to whose list they lead where there is no row.
        is_final: a press cannot be taken back.
    """
    context = {
        **admin.site.each_context(request),
        "opts": (about or kind)._meta,
        "title": title,
        "form": form,
        "words": words,
        "back": back,
        "lead": lead,
        "about": about,
        "is_final": is_final,
    }
    return TemplateResponse(
        request,
        "admin/subscribers/form_page.html",
        context,
        status=400 if form.is_bound else 200,
    )


CHOOSE_LIST = gettext_lazy("choose a newsletter")
