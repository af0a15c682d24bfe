"""Trying an issue's subject against others: the form, and what each brought."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from newsletter.admin.desk_pages import issue_for, issue_page, titled, user_of
from newsletter.characters import refuse_in_line
from newsletter.delivery.models import Dispatch
from newsletter.delivery.subject_choice import SubjectChoice, SubjectScore
from newsletter.issues.models import Issue
from newsletter.issues.subject_tests import (
    CannotTestSubjects,
    SubjectTest,
    subjects_of,
    try_subjects,
)

MAY_CHANGE = "newsletter.change_issue"


def _other_subject(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=150,
        validators=[refuse_in_line],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class SubjectsForm(forms.Form):
    """Up to three further subjects, on how many readers, and for how long."""

    second = _other_subject(gettext_lazy("second subject"))
    third = _other_subject(gettext_lazy("third subject"))
    fourth = _other_subject(gettext_lazy("fourth subject"))
    share_percent = forms.IntegerField(
        label=gettext_lazy("on how many percent of the readers"),
        min_value=5,
        max_value=50,
        initial=20,
    )
    wait_minutes = forms.IntegerField(
        label=gettext_lazy("decided after how many minutes"),
        min_value=15,
        max_value=1440,
        initial=120,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def others(self) -> list[str]:
        """The further subjects, as typed."""
        return [self.cleaned_data[name] for name in ("second", "third", "fourth")]


@require_http_methods(["GET", "HEAD", "POST"])
def subjects_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Show what is tried; write down another choice after a press."""
    issue = issue_for(request, issue_id, MAY_CHANGE)
    if request.method != "POST":
        return _page(request, issue, SubjectsForm(initial=_as_it_is(issue)))
    form = SubjectsForm(request.POST)
    if form.is_valid():
        try:
            _try(request, issue, form)
        except CannotTestSubjects as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("admin:newsletter_issue_publish", issue.pk)
    return _page(request, issue, form, status=400)


def _try(request: HttpRequest, issue: Issue, form: SubjectsForm) -> None:
    try_subjects(
        issue,
        form.others,
        share_percent=form.cleaned_data["share_percent"],
        wait_minutes=form.cleaned_data["wait_minutes"],
        seen_version=form.cleaned_data["version"],
        by=user_of(request),
    )
    tried = len(subjects_of(issue))
    messages.success(
        request,
        _("%(count)d subjects are tried against each other.") % {"count": tried}
        if tried > 1
        else _("This issue has one subject again."),
    )


def _page(
    request: HttpRequest, issue: Issue, form: SubjectsForm, status: int = 200
) -> HttpResponse:
    return issue_page(
        request,
        "subjects",
        issue,
        status=status,
        title=titled(_("Subjects of %(issue)s"), issue),
        form=form,
    )


def _as_it_is(issue: Issue) -> dict[str, Any]:
    test = SubjectTest.objects.filter(issue=issue).first()
    names = ("second", "third", "fourth")
    others = dict(zip(names, subjects_of(issue)[1:], strict=False))
    settings = (
        {"share_percent": test.share_percent, "wait_minutes": test.wait_minutes}
        if test
        else {}
    )
    return {**others, **settings, "version": issue.version}


# --- What each brought ---


@dataclass(frozen=True)
class ShownScore:
    """One subject on the page of its dispatch.

    Attributes:
        rate: presses for every hundred readers, as it is written here.
        width: of its bar, of a hundred; the best fills it.
    """

    subject: str
    readers: int
    presses: int
    rate: str
    width: int
    is_chosen: bool


def tried_subjects(dispatch: Dispatch) -> dict[str, Any] | None:
    """Return what was tried and what came of it; None when there was one subject."""
    choice = SubjectChoice.objects.filter(dispatch=dispatch).first()
    if choice is None:
        return None
    scores = list(choice.scores.select_related("rendition"))
    best = max(score.presses_in_a_hundred for score in scores)
    return {
        "decided_at": choice.decided_at,
        "wait_minutes": choice.wait_minutes,
        "scores": [_shown(score, choice, best) for score in scores],
    }


def _shown(score: SubjectScore, choice: SubjectChoice, best: float) -> ShownScore:
    rate = score.presses_in_a_hundred
    return ShownScore(
        subject=score.rendition.subject,
        readers=score.readers,
        presses=score.presses,
        rate=formats.number_format(rate, decimal_pos=1),
        width=round(100 * rate / best) if best else 0,
        is_chosen=score.rendition_id == choice.chosen_id,
    )
