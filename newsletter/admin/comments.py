"""What is said of an issue beside it: reading, writing, answering, done."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from newsletter.admin.desk_pages import issue_for, issue_page, titled, user_of
from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.issues.texts import name_of, text_of
from newsletter.publishing.comments import (
    LONGEST,
    CannotComment,
    finish_comment,
    names_unknown,
    reopen_comment,
    write_comment,
)
from newsletter.publishing.models import Comment
from newsletter.publishing.places import field_of


@require_http_methods(["GET", "HEAD", "POST"])
def comments_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Show what is said of an issue; write down what is added."""
    issue = issue_for(request, issue_id)
    trouble = ""
    if request.method == "POST":
        try:
            return _written(request, issue)
        except CannotComment as refusal:
            trouble = str(refusal)
    return issue_page(
        request,
        "comments",
        issue,
        status=400 if trouble else 200,
        title=titled(_("What is said of %(issue)s"), issue),
        threads=threads_of(issue),
        blocks=[(one.key, name_of(one)) for one in text_of(issue).blocks],
        trouble=trouble,
        typed=request.POST if trouble else {},
        chosen=request.POST.get("block") or request.GET.get("blok", ""),
        press=uuid4(),
        longest=LONGEST,
    )


def _written(request: HttpRequest, issue: Issue) -> HttpResponse:
    text = request.POST.get("text", "")
    comment = write_comment(
        issue,
        text,
        by=user_of(request),
        now=timezone.now(),
        key=_key(request.POST.get("key", "")),
        block=request.POST.get("block", ""),
        answers=_answered(issue, request.POST.get("answers", "")),
    )
    if unknown := names_unknown(text):
        messages.warning(
            request,
            _("It is written down, but nobody was mailed for %(names)s: no such name.")
            % {"names": ", ".join(f"@{name}" for name in unknown)},
        )
    elif named := comment.named.all():
        told = ", ".join(str(person.first_name or person) for person in named)
        messages.success(request, _("%(names)s gets a mail.") % {"names": told})
    page = redirect("admin:newsletter_issue_comments", issue.pk)
    page["Location"] += f"#opmerking-{comment.pk}"
    return page


def _key(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        return uuid4()


def _answered(issue: Issue, words: str) -> Comment | None:
    if not words:
        return None
    pk = int(words) if words.isdecimal() and len(words) < 18 else 0
    return get_object_or_404(issue.comments, pk=pk)


@require_POST
def comment_act_view(
    request: HttpRequest, issue_id: int, comment_id: int, act: str
) -> HttpResponse:
    """Say that a remark is dealt with, or is not after all."""
    issue = issue_for(request, issue_id)
    comment = get_object_or_404(issue.comments, pk=comment_id, answers=None)
    if act == "klaar":
        finish_comment(comment, by=user_of(request), now=timezone.now())
    else:
        reopen_comment(comment)
    page = redirect("admin:newsletter_issue_comments", issue.pk)
    page["Location"] += f"#opmerking-{comment.pk}"
    return page


def threads_of(issue: Issue) -> list[dict[str, Any]]:
    """Return every remark with its answers, what is open first."""
    said = list(Comment.objects.of(issue))
    blocks = blocks_of(issue)
    places = {
        f"{block._meta.model_name}-{block.pk}": field_of(block, blocks)
        for block in blocks
    }
    threads = [
        {
            "comment": one,
            "answers": [other for other in said if other.answers_id == one.pk],
            "place": places.get(one.block, ""),
            "press": uuid4(),
        }
        for one in said
        if one.answers_id is None
    ]
    return sorted(threads, key=lambda thread: thread["comment"].done_at is not None)
