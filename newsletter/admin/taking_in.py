"""One page on which articles come in: files, pasted text, addresses of pages."""

import json
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsletter.articles.files import import_pieces, read_file
from newsletter.articles.html_pieces import read_html
from newsletter.articles.importing import LARGEST_FILE, Outcome
from newsletter.articles.page_text import UnreadablePage
from newsletter.articles.pasting import Kind, LeftOut, tidy
from newsletter.articles.pieces import PieceResult
from newsletter.articles.sanitising import clean_typed
from newsletter.articles.taking_in import take_in, take_in_address

# Each may take half a minute; who has more takes them in again or has a feed asked.
MOST_ADDRESSES = 5
LONGEST_PASTE = 2_000_000


class SeveralFiles(forms.ClearableFileInput):
    """One button, any number of files."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """The files that were chosen, as a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check every file by itself."""
        files = [file for file in data or [] if file]
        return [forms.FileField.clean(self, file, initial) for file in files]


class TakeInForm(forms.Form):
    """What is to be taken in; one of the three is enough."""

    pasted = forms.CharField(
        label=gettext_lazy("Text of an article"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "From Word, Google Docs, a mail or a page: title first, then the text."
        ),
    )
    pasted_html = forms.CharField(
        required=False, max_length=LONGEST_PASTE, widget=forms.HiddenInput
    )
    left_out = forms.CharField(
        required=False, max_length=20_000, widget=forms.HiddenInput
    )
    addresses = forms.CharField(
        label=gettext_lazy("Addresses of pages"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "url"}),
        help_text=gettext_lazy("One on each line, at most five at once."),
    )
    texts = SeveralFilesField(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Text or HTML of pages. Several at once is fine."),
        allow_empty_file=True,
    )

    def clean_addresses(self) -> list[str]:
        """Return the addresses, each once."""
        lines = self.cleaned_data["addresses"].split()
        addresses = list(dict.fromkeys(lines))
        if len(addresses) > MOST_ADDRESSES:
            raise ValidationError(
                _("These are more than five addresses. Take in the first five first."),
                code="too_many",
            )
        return addresses

    def clean_left_out(self) -> tuple[LeftOut, ...]:
        """Return what the cleaning of the paste left out, as it was told then."""
        try:
            told = json.loads(self.cleaned_data["left_out"] or "[]")
            return tuple(LeftOut(Kind(kind), str(what)[:200]) for kind, what in told)
        except (ValueError, TypeError, RecursionError):
            return ()

    def clean(self) -> dict[str, Any]:
        """Ask for something."""
        given = super().clean() or self.cleaned_data
        names = ("pasted", "pasted_html", "addresses", "texts")
        if not self.errors and not any(given.get(name) for name in names):
            raise ValidationError(
                _("Paste a text, give an address or choose a file."), code="nothing"
            )
        return given


def taking_in_urls(desk: admin.ModelAdmin) -> list[URLPattern]:
    """Return the page, and the cleaning of what is pasted on it."""
    wrap = desk.admin_site.admin_view
    return [
        path(
            "inlezen/",
            wrap(partial(_take_in_view, desk)),
            name="newsletter_article_take_in",
        ),
        path(
            "inlezen/opschonen/",
            wrap(require_POST(partial(_clean_view, desk))),
            name="newsletter_article_clean",
        ),
    ]


def _take_in_view(desk: admin.ModelAdmin, request: HttpRequest) -> HttpResponseBase:
    if not desk.has_add_permission(request):
        return HttpResponse(_("You may not add articles."), status=403)
    pressed = request.method == "POST"
    form = TakeInForm(
        request.POST if pressed else None, request.FILES if pressed else None
    )
    results: list[dict[str, Any]] = []
    if pressed and form.is_valid():
        results = _all_taken_in(form.cleaned_data)
        _tell(request, results)
        form = TakeInForm()
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Take in articles"),
        "opts": desk.opts,
        "form": form,
        "results": results,
    }
    return TemplateResponse(
        request,
        "admin/newsletter/article/take_in.html",
        context,
        status=400 if form.errors else 200,
    )


def _clean_view(desk: admin.ModelAdmin, request: HttpRequest) -> JsonResponse:
    """Answer what a paste becomes, before it is taken in."""
    if not desk.has_add_permission(request):
        return JsonResponse({"error": _("You may not add articles.")}, status=403)
    html = request.POST.get("html", "")
    if len(html) > LONGEST_PASTE:
        return JsonResponse(
            {"error": _("This is more than fits. Paste it without its pictures.")},
            status=413,
        )
    try:
        left_out = tidy(html).left_out
    except ValueError:
        left_out = ()
    return JsonResponse(
        {
            "html": clean_typed(html),
            "left_out": [[note.kind, note.what] for note in left_out],
            "sentences": [note.sentence for note in left_out],
        }
    )


# --- What was given, one by one ---


def _all_taken_in(given: dict[str, Any]) -> list[dict[str, Any]]:
    results = []
    if given["pasted_html"] or given["pasted"].strip():
        outcomes = _pasted_in(given)
        results.append(_result(_("Pasted text"), outcomes, given["left_out"]))
    for address in given["addresses"]:
        results.append(_result(address, [take_in_address(address, now=timezone.now())]))
    for file in given["texts"]:
        results.append(_result(str(file.name), _file_in(file)))
    return results


def _pasted_in(given: dict[str, Any]) -> list[Outcome]:
    pieces: list[PieceResult]
    if given["pasted_html"]:
        try:
            pieces = [read_html(given["pasted_html"])]
        except UnreadablePage as unreadable:
            pieces = [unreadable]
    else:
        pieces = read_file(given["pasted"].encode(errors="replace"), name="")
    now = timezone.now()
    return [
        import_pieces([piece], file_name="", now=now)[0]
        if isinstance(piece, UnreadablePage)
        else take_in(piece, now=now)
        for piece in pieces
    ]


def _file_in(file: UploadedFile) -> list[Outcome]:
    name = str(file.name)
    pieces = read_file(file.read(LARGEST_FILE + 1), name=name)
    return import_pieces(pieces, file_name=name, now=timezone.now())


def _result(
    name: str, outcomes: list[Outcome], left_out: tuple[LeftOut, ...] = ()
) -> dict[str, Any]:
    """Return what the page says of one source."""
    return {
        "name": name,
        "left_out": [note.sentence for note in left_out],
        "outcomes": [
            {
                "act": str(outcome.act),
                "title": outcome.title,
                "reason": outcome.reason,
                "left_out": outcome.left_out,
                "address": reverse(
                    "admin:newsletter_article_change", args=[outcome.article.pk]
                )
                if outcome.article
                else "",
            }
            for outcome in outcomes
        ],
    }


def _tell(request: HttpRequest, results: list[dict[str, Any]]) -> None:
    acts = [outcome["act"] for result in results for outcome in result["outcomes"]]
    if "failed" in acts:
        messages.warning(
            request, _("Not everything could be read; below you see what and why.")
        )
    elif acts:
        messages.success(request, _("Everything was taken in."))
