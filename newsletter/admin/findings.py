"""What is still wrong with an issue, on any page that shows it, and what to press."""

from collections.abc import Iterable, Sequence
from typing import Any

import reversion
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.admin.desk_pages import (
    MAY_LOOK,
    change_url,
    issue_for,
    issue_page,
    user_of,
)
from newsletter.admin.form_mends import PlacedForms, on_form
from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.publishing.asking_links import ask_for_links
from newsletter.publishing.checklist import QUICK, in_order_of
from newsletter.publishing.domain_checks import ask_for_domains
from newsletter.publishing.finding_models import LONGEST_REASON, SHORTEST_REASON, Waiver
from newsletter.publishing.findings import Finding, Severity
from newsletter.publishing.mending import CannotMend, find, mend
from newsletter.publishing.mends import is_of_issue
from newsletter.publishing.places import field_of
from newsletter.publishing.readiness import preflight, stops, waived
from newsletter.publishing.waiving import (
    CannotWaive,
    may_be_waived,
    take_back,
    waive,
)

MAY_MEND = "newsletter.change_issue"
MAY_WAIVE = "newsletter.add_approval"
# More advice at once is not read.
SHOWN_HINTS = 3


# --- What is shown ---


def look_shown(
    findings: Sequence[Finding], request: HttpRequest, issue: Issue
) -> dict[str, Any]:
    """Return the list of what was looked at, for ``_findings.html``."""
    open_ones = [finding for finding in findings if finding.waiver is None]
    pressing = [one for one in open_ones if one.severity != Severity.HINT]
    hints = [one for one in open_ones if one.severity == Severity.HINT]
    return {
        "findings": _all(pressing + hints[:SHOWN_HINTS], request, issue),
        "more": _all(hints[SHOWN_HINTS:], request, issue),
        "waived": [finding.waiver for finding in waived(findings)],
        "fine": in_order_of(findings),
        "stop_count": len(stops(findings)),
        "may_waive": request.user.has_perm(MAY_WAIVE),
        "may_mend": request.user.has_perm(MAY_MEND),
    }


def _all(
    findings: Iterable[Finding], request: HttpRequest, issue: Issue
) -> list[dict[str, Any]]:
    return [
        {
            **shown(finding, request),
            "mend": _press(finding, request),
            "mend_url": _address("mend", issue, finding.key),
            "waive_url": _address("waive", issue, finding.key)
            if may_be_waived(finding) and request.user.has_perm(MAY_WAIVE)
            else "",
        }
        for finding in findings
    ]


def shown(finding: Finding, request: HttpRequest) -> dict[str, str]:
    """Add the link to the place where it is put right, if one may go there."""
    row = finding.about
    address = _page(finding) if _may_change(row, request) else ""
    anchor = f"#{finding.field}" if finding.field else ""
    return {
        "severity": str(finding.severity),
        "label": finding.severity.label,
        "message": finding.message,
        "address": f"{address}{anchor}" if address else "",
    }


def _page(finding: Finding) -> str:
    if finding.page:
        return reverse(
            f"admin:newsletter_issue_{finding.page}", args=[finding.about.pk]
        )
    return change_url(finding.about)


def _may_change(row: models.Model, request: HttpRequest) -> bool:
    return request.user.has_perm(f"{row._meta.app_label}.change_{row._meta.model_name}")


def _press(finding: Finding, request: HttpRequest) -> str:
    """Return the words on the button that puts it right, if one may press it."""
    if finding.mend is None or not _may_change(finding.mend.about, request):
        return ""
    return finding.mend.label


def _address(name: str, issue: Issue, key: str) -> str:
    return reverse(f"admin:newsletter_issue_{name}", args=[issue.pk, key])


# --- Beside the composer ---


def findings_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Answer what cannot be told while typing, of the issue as it is saved."""
    issue = issue_for(request, issue_id, MAY_LOOK)
    findings = preflight(issue, now=timezone.now())
    slow = [finding for finding in findings if finding.code not in QUICK]
    blocks = blocks_of(issue)
    forms = [(block, field_of(block, blocks)) for block in blocks]
    mends = {one.key: _mend_as_json(one, request, issue, forms) for one in findings}
    return JsonResponse(
        {
            "findings": [as_json(finding, request, issue) for finding in slow],
            "letGo": [finding.key for finding in waived(findings)],
            # Also of what is told while typing: some mends ask the database.
            "mends": {key: told for key, told in mends.items() if told},
        }
    )


def _mend_as_json(
    finding: Finding, request: HttpRequest, issue: Issue, forms: PlacedForms
) -> dict[str, Any] | None:
    """Return what a press does: to the form, or at once to a row of another page."""
    if finding.mend is None:
        return None
    if told := on_form(finding.mend, issue, forms):
        return told
    if is_of_issue(finding.mend) or not _press(finding, request):
        return None
    row = finding.mend.about
    return {
        "label": finding.mend.label,
        "url": _address("mend", issue, finding.key),
        "note": _("is saved at once (%(what)s)") % {"what": row._meta.verbose_name},
    }


def as_json(finding: Finding, request: HttpRequest, issue: Issue) -> dict[str, Any]:
    """Return a finding for the composer's list.

    What is put right on this very page has a ``place`` on it, anything else an
    ``address``.
    """
    told = shown(finding, request)
    is_here = finding.about == issue and not finding.page
    return {
        "key": finding.key,
        "severity": told["severity"],
        "label": told["label"],
        "message": told["message"],
        "place": finding.field if is_here else "",
        "address": "" if is_here else told["address"],
    }


# --- Presses ---


@require_POST
def mend_view(request: HttpRequest, issue_id: int, key: str) -> HttpResponse:
    """Do the one safe thing, then look again."""
    issue = issue_for(request, issue_id, MAY_MEND)
    finding = find(preflight(issue, now=timezone.now()), key)
    if finding is None:
        return _told(request, issue, messages.INFO, _("That is in order already."))
    if finding.mend is not None and not _may_change(finding.mend.about, request):
        raise PermissionDenied
    try:
        _mend(issue, finding, by=user_of(request))
    except CannotMend as refusal:
        return _told(request, issue, messages.ERROR, str(refusal))
    said = _("Done: %(what)s.") % {"what": finding.mend and finding.mend.label}
    return _told(request, issue, messages.SUCCESS, said)


def _told(request: HttpRequest, issue: Issue, level: int, said: str) -> HttpResponse:
    """Answer in words to the composer's script, with the list to anyone else."""
    if request.get_preferred_type(["text/html", "application/json"]) != "text/html":
        return JsonResponse({"said": said})
    messages.add_message(request, level, said)
    return _back(issue)


def _mend(issue: Issue, finding: Finding, *, by: User) -> None:
    """Put it right with a revision of its own, to be taken back like any other."""
    with transaction.atomic(), reversion.create_revision():
        mend(issue, finding, by=by, now=timezone.now())
        reversion.set_user(by)
        reversion.set_comment(finding.mend.label if finding.mend else "")
        reversion.add_to_revision(Issue.objects.get(pk=issue.pk))


@require_POST
def look_again_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Have every link and the sender's domain tried anew."""
    issue = issue_for(request, issue_id, MAY_LOOK)
    now = timezone.now()
    ask_for_links(issue, now=now)
    ask_for_domains(now=now, anew=True)
    messages.success(
        request, _("Every link is tried again. Open this page anew in a minute.")
    )
    return _back(issue)


class ReasonForm(forms.Form):
    """Why an issue may go all the same."""

    reason = forms.CharField(
        label=gettext_lazy("Why may it go all the same?"),
        widget=forms.Textarea(
            {"rows": 3, "minlength": SHORTEST_REASON, "maxlength": LONGEST_REASON}
        ),
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def waive_view(request: HttpRequest, issue_id: int, key: str) -> HttpResponse:
    """Ask a publisher why an issue may go with what stops it, and write it down."""
    issue = _issue_of_publisher(request, issue_id)
    now = timezone.now()
    finding = find(preflight(issue, now=now), key)
    if finding is None or not may_be_waived(finding):
        messages.info(request, _("There is nothing to let go here any more."))
        return _back(issue)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            waive(issue, finding, reason=reason, by=user_of(request), now=now)
        except CannotWaive as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(
                request, _("It may go. Your reason is kept, and shown at the approval.")
            )
            return _back(issue)
    return issue_page(
        request,
        "waive",
        issue,
        status=400 if form.errors else 200,
        title=_("Let it go all the same"),
        finding=shown(finding, request),
        form=form,
    )


@require_POST
def take_back_view(request: HttpRequest, issue_id: int, waiver_id: int) -> HttpResponse:
    """Let a finding stop the issue again."""
    issue = _issue_of_publisher(request, issue_id)
    if waiver := Waiver.objects.filter(pk=waiver_id, issue=issue).first():
        take_back(waiver, by=user_of(request), now=timezone.now())
    messages.success(request, _("It stops the issue again."))
    return _back(issue)


def _issue_of_publisher(request: HttpRequest, issue_id: int) -> Issue:
    """Return the issue for a publisher; a deputy has this power of nobody."""
    if not request.user.has_perm(MAY_WAIVE):
        raise PermissionDenied
    return issue_for(request, issue_id)


def _back(issue: Issue) -> HttpResponse:
    return redirect(
        f"{reverse('admin:newsletter_issue_publish', args=[issue.pk])}#look"
    )


def finding_urls() -> list[URLPattern]:
    """Return the addresses of these pages and presses."""
    view = admin.site.admin_view
    of_issue = "editie/<int:issue_id>/"
    one = f"{of_issue}bevinding/<slug:key>/"
    return [
        path(
            f"{of_issue}bevindingen/",
            view(findings_view),
            name="newsletter_issue_findings",
        ),
        path(
            f"{of_issue}links-opnieuw/",
            view(look_again_view),
            name="newsletter_issue_look_again",
        ),
        path(f"{one}herstellen/", view(mend_view), name="newsletter_issue_mend"),
        path(f"{one}laten-gaan/", view(waive_view), name="newsletter_issue_waive"),
        path(
            f"{of_issue}laten-gaan/<int:waiver_id>/toch-niet/",
            view(take_back_view),
            name="newsletter_issue_take_back",
        ),
    ]
