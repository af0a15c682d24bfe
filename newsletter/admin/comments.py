"""What is said of an issue beside it: reading, writing, answering, done."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
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
    comment, told, is_well = _write(request, issue)
    if told:
        (messages.success if is_well else messages.warning)(request, told)
    page = redirect("admin:newsletter_issue_comments", issue.pk)
    page["Location"] += f"#opmerking-{comment.pk}"
    return page


def _write(request: HttpRequest, issue: Issue) -> tuple[Comment, str, bool]:
    """Write down what is posted; tell who was mailed, or that somebody was not."""
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
        names = ", ".join(f"@{name}" for name in unknown)
        told = _(
            "It is written down, but nobody was mailed for %(names)s: no such name."
        )
        return comment, told % {"names": names}, False
    named = ", ".join(
        str(person.first_name or person) for person in comment.named.all()
    )
    return (
        comment,
        _("%(names)s gets a mail.") % {"names": named} if named else "",
        True,
    )


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
    _act(request, comment, act)
    page = redirect("admin:newsletter_issue_comments", issue.pk)
    page["Location"] += f"#opmerking-{comment.pk}"
    return page


def _act(request: HttpRequest, comment: Comment, act: str) -> None:
    if act == "klaar":
        finish_comment(comment, by=user_of(request), now=timezone.now())
    else:
        reopen_comment(comment)


# --- Beside the form ---


@require_http_methods(["GET", "HEAD", "POST"])
def talk_view(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Show what is said of one block, as a part of the composer's page; add to it."""
    issue = issue_for(request, issue_id)
    told = trouble = ""
    if request.method == "POST":
        try:
            told = _said_or_done(request, issue)
        except CannotComment as refusal:
            trouble = str(refusal)
    block = request.POST.get("block") or request.GET.get("blok", "")
    context = {
        "issue": issue,
        "block": block,
        "threads": talk_of(issue, block),
        "told": told,
        "trouble": trouble,
        "typed": request.POST if trouble else {},
        "press": uuid4(),
        "longest": LONGEST,
    }
    page = "admin/newsletter/issue/_talk.html"
    return render(request, page, context, status=400 if trouble else 200)


def _said_or_done(request: HttpRequest, issue: Issue) -> str:
    if act := request.POST.get("act", ""):
        comment = _answered(issue, request.POST.get("answers", ""))
        if comment and comment.answers_id is None:
            _act(request, comment, act)
        return ""
    _comment, told, _is_well = _write(request, issue)
    return told or _("It is written down.")


def open_by_block(issue: Issue) -> dict[str, int]:
    """Return how many remarks about each block nobody has dealt with."""
    counted = (
        Comment.objects.open()
        .filter(issue=issue)
        .exclude(block="")
        .values_list("block")
        .annotate(Count("pk"))
    )
    return dict(counted.order_by("block"))


def talk_of(issue: Issue, block: str) -> list[dict[str, Any]]:
    """Return the remarks about one block with their answers, what is open first."""
    about = Q(block=block, answers=None) | Q(answers__block=block)
    return _threads(list(Comment.objects.of(issue).filter(about)))


def threads_of(issue: Issue) -> list[dict[str, Any]]:
    """Return every remark with its answers, what is open first."""
    blocks = blocks_of(issue)
    places = {
        f"{block._meta.model_name}-{block.pk}": field_of(block, blocks)
        for block in blocks
    }
    return [
        {**thread, "place": places.get(thread["comment"].block, "")}
        for thread in _threads(list(Comment.objects.of(issue)))
    ]


def _threads(said: list[Comment]) -> list[dict[str, Any]]:
    threads = [
        {
            "comment": one,
            "answers": [other for other in said if other.answers_id == one.pk],
            "press": uuid4(),
        }
        for one in said
        if one.answers_id is None
    ]
    return sorted(threads, key=lambda thread: thread["comment"].done_at is not None)
