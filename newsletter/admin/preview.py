"""The mail as it would be, from the form as it is being typed. Nothing is saved."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.admin.options import ModelAdmin
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.admin.findings import as_json
from newsletter.admin.form_mends import on_form
from newsletter.admin.looking_up import look_up_at_once
from newsletter.issues.block import Block
from newsletter.issues.models import Issue
from newsletter.markup import CannotRender
from newsletter.publishing.findings import Finding
from newsletter.publishing.places import field_of
from newsletter.publishing.readiness import findings_as_typed
from newsletter.rendering.email import RenderedEmail, render
from newsletter.rendering.personal import Personal
from subscribers.models import Subscription, SubscriptionState

# Who the preview is for; the address of a button in it leads nowhere.
_NOWHERE = ("#uitschrijven", "#voorkeuren")
SAMPLE_READER = Personal("Sanne", *_NOWHERE)
NAMELESS_READER = Personal("", *_NOWHERE)
_FORM = re.compile(r"newsletter_\w+_set-\d+")
MAY_SEE_READERS = "subscribers.view_subscriber"
NAMELESS = "nameless"
OFFERED_READERS = 12


@dataclass(frozen=True)
class TypedBlock:
    """A block as it stands in the form.

    Attributes:
        place: the name of its form, by which the page finds it.
    """

    place: str
    block: Block


@dataclass(frozen=True)
class TypedIssue:
    """What a form says, whether or not it may be saved like that."""

    issue: Issue
    blocks: list[TypedBlock]
    errors: int


def preview_view(admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the rendered mail of the posted form as JSON."""
    issue = admin.get_object(request, str(pk))
    if issue is None or not admin.has_view_or_change_permission(request, issue):
        return JsonResponse({"error": _("This issue is not here.")}, status=403)
    if request.method != "POST":
        return JsonResponse({"error": _("Post the form.")}, status=405)
    begun = time.perf_counter()
    # No transaction: on SQLite it would hold up the worker at every key pressed.
    typed = read_form(admin, request, issue, request.POST)
    try:
        rendered = render(issue, [one.block for one in typed.blocks])
    except CannotRender as failed:
        return JsonResponse({"error": str(failed)}, status=422)
    answer = _answer(typed, rendered, _reader(request, issue), begun)
    return JsonResponse({**answer, "findings": _findings(request, typed, rendered)})


# --- The form as typed ---


def read_form(
    admin: ModelAdmin, request: HttpRequest, issue: Issue, data: QueryDict
) -> TypedIssue:
    """Return the issue and its blocks as typed, in reading order.

    ``full_clean`` puts every valid field on its instance, so a block with one wrong
    field still shows its others.
    """
    form = admin.get_form(request, issue, change=True)(data, instance=issue)
    form.full_clean()
    errors = len(form.errors)
    blocks: list[TypedBlock] = []
    forms = list(block_forms(admin, request, issue, data))
    look_up_at_once(forms)
    for one in forms:
        one.full_clean()
        if is_left_out(one):
            continue
        errors += len(one.errors)
        blocks.append(TypedBlock(one.prefix, one.instance))
    blocks.sort(key=lambda typed: typed.block.ordering)
    return TypedIssue(issue, blocks, errors)


def block_forms(
    admin: ModelAdmin, request: HttpRequest, issue: Issue, data: QueryDict
) -> Iterator[Any]:
    """Make the forms of the kinds that are in use; sixteen cost as much as the mail."""
    for inline in admin.get_inline_instances(request, issue):
        prefix = f"newsletter_{inline.model._meta.model_name}_set"
        if data.get(f"{prefix}-TOTAL_FORMS", "0") == "0":
            continue
        formset: Any = inline.get_formset(request, issue)
        yield from formset(
            data, instance=issue, prefix=prefix, queryset=inline.get_queryset(request)
        ).forms


def is_left_out(form: Any) -> bool:
    """Tell whether a block was taken out again, or never filled in."""
    is_deleted = form.cleaned_data.get("DELETE") if hasattr(form, "cleaned_data") else 0
    is_empty = form.instance.pk is None and not form.has_changed()
    return bool(is_deleted or is_empty)


# --- Whose mail it is ---


def readers_offered(request: HttpRequest, issue: Issue) -> list[tuple[str, str]]:
    """Return whose eyes one may look through; real readers if one may see them."""
    offered = [("", SAMPLE_READER.first_name), (NAMELESS, _("without a first name"))]
    if request.user.has_perm(MAY_SEE_READERS):
        offered += [
            (
                str(one.subscriber_id),
                f"{one.subscriber.first_name or '–'} · {one.subscriber}",
            )
            for one in _readers(issue).order_by("-pk")[:OFFERED_READERS]
        ]
    return offered


def _readers(issue: Issue) -> Any:
    confirmed = Subscription.objects.filter(
        mailing_list=issue.mailing_list_id, state=SubscriptionState.CONFIRMED
    )
    return confirmed.select_related("subscriber")


def _reader(request: HttpRequest, issue: Issue) -> Personal:
    chosen = request.POST.get("preview_reader", "")
    if chosen == NAMELESS:
        return NAMELESS_READER
    if not chosen.isdecimal() or not request.user.has_perm(MAY_SEE_READERS):
        return SAMPLE_READER
    found = _readers(issue).filter(subscriber=chosen).first()
    return Personal(found.subscriber.first_name, *_NOWHERE) if found else SAMPLE_READER


# --- The answer ---


def _answer(
    typed: TypedIssue, rendered: RenderedEmail, reader: Personal, begun: float
) -> dict[str, Any]:
    html, text = rendered.preview(reader)
    pictures = f"{settings.SITE_URL}{settings.MEDIA_URL}"
    return {
        # From wherever the editor came in: the page's policy takes no other host.
        "html": html.replace(pictures, settings.MEDIA_URL),
        "text": text,
        "sender": typed.issue.mailing_list.sender_name,
        "subject": rendered.subject,
        "preheader": rendered.preheader,
        "kilobytes": round(rendered.size_as_sent / 1000),
        "places": [one.place for one in typed.blocks],
        "sizes": list(rendered.block_sizes),
        "blocks": len(typed.blocks),
        "errors": typed.errors,
        "failures": [
            f"{failure.place}: {failure.reason}" for failure in rendered.failures
        ],
        "milliseconds": round((time.perf_counter() - begun) * 1000),
    }


def _findings(
    request: HttpRequest, typed: TypedIssue, rendered: RenderedEmail
) -> list[dict[str, Any]]:
    """Return what is wrong with what is typed, at the fields of this very form."""
    blocks = [one.block for one in typed.blocks]
    # A form keeps the number it was added with; the saved ones are counted in order.
    places = {field_of(one.block, blocks): one.place for one in typed.blocks}
    forms = [(one.block, one.place) for one in typed.blocks]

    def here(finding: Finding) -> dict[str, Any]:
        told = as_json(finding, request, typed.issue)
        place = _FORM.sub(lambda found: places.get(found[0], ""), told["place"])
        mend = finding.mend and on_form(finding.mend, typed.issue, forms)
        return {**told, "place": place, "mend": mend}

    found = findings_as_typed(typed.issue, blocks, rendered, now=timezone.now())
    return [here(one) for one in found]
