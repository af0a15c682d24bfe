"""Two who saved the same issue: what goes together, and the page that asks the rest."""

from copy import copy
from dataclasses import dataclass

from django.contrib.admin.options import ModelAdmin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from newsletter.admin.changes_told import Told, in_short, pieces_of, told
from newsletter.admin.drafts import keep_form, turn_of
from newsletter.admin.presence import called, saved_by
from newsletter.admin.typed import as_form, typed_text
from newsletter.issues.comparing import Comparison, FieldChange, Mark, Piece, compare
from newsletter.issues.merging import (
    ORDER,
    WHOLE_BLOCK,
    Keep,
    Merge,
    Question,
    seen,
    seen_from_json,
)
from newsletter.issues.models import Issue
from newsletter.issues.texts import ISSUE, label_of, name_of, text_of

ANSWER = "keep-"
# Of the page that asks; the rest of what it posts is the form it asks about.
_OWN = ("csrfmiddlewaretoken", "met")


@dataclass(frozen=True)
class Asked:
    """A question as the page puts it.

    Attributes:
        mine: my words, those that they do not have marked.
        theirs: likewise.
        options: value, words and whether it was chosen already.
    """

    id: str
    heading: str
    why: str
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]
    options: tuple[tuple[str, str, bool], ...]
    is_whole: bool
    mine_is_empty: bool
    theirs_is_empty: bool


def meet(
    admin: ModelAdmin, request: HttpRequest, object_id: str, *, ask: bool = False
) -> HttpResponse | None:
    """Put what is posted together with what somebody else saved meanwhile.

    Returns:
        The page that asks what to keep, or None: then the request may be saved as it
        is, or as it has become.
    """
    issue = admin.get_object(request, object_id)
    if issue is None or not admin.has_change_permission(request, issue):
        return None
    if request.POST.get("seen_version") == str(issue.version):
        return None
    data = request.POST
    merge = _merge(admin, request, issue, data)
    answers = {name: str(value) for name, value in data.items() if ANSWER in name[:5]}
    open_questions = [
        one for one in merge.questions if answers.get(one.id) not in one.options
    ]
    if open_questions or ask:
        keep_form(issue, request, _form_asked_about(data), turn=turn_of(data) + 1)
        return question_page(admin, request, issue, merge, data)
    brought = told(compare(merge.mine, merge.together(answers)))
    request.POST = _together(data, merge, answers, issue)  # type: ignore[assignment]
    request.brought = in_short(brought)  # type: ignore[attr-defined]
    return None


def _merge(
    admin: ModelAdmin, request: HttpRequest, issue: Issue, data: QueryDict
) -> Merge:
    mine = typed_text(admin, request, copy(issue), data)
    return Merge(seen_from_json(data.get("seen", "")), mine, text_of(issue))


def _together(
    data: QueryDict, merge: Merge, answers: dict[str, str], issue: Issue
) -> QueryDict:
    """Return the form of both, on top of what is saved now."""
    form = as_form(merge.together(answers), over=merge.theirs)
    for name in ("page", "turn", "_continue", "_test", "_save"):
        if name in data:
            form[name] = str(data[name])
    form["seen_version"] = str(issue.version)
    form["seen"] = seen(merge.theirs).as_json()
    return form


def _form_asked_about(data: QueryDict) -> QueryDict:
    form = data.copy()
    for name in list(form):
        if name in _OWN or name.startswith(ANSWER):
            del form[name]
    return form


def told_brought(request: HttpRequest) -> str:
    """Say what came in from somebody else; "" if nothing did."""
    brought = getattr(request, "brought", None)
    if brought is None:
        return ""
    if not brought:
        return _("Somebody saved meanwhile; nothing of theirs or yours was lost.")
    return _("Put together with what was saved meanwhile: %(what)s.") % {
        "what": brought
    }


# --- The page that asks ---


def question_page(
    admin: ModelAdmin,
    request: HttpRequest,
    issue: Issue,
    merge: Merge,
    data: QueryDict,
) -> HttpResponse:
    """Show both texts of everything that both changed, and what went by itself."""
    who = called(issue.updated_by)
    form = _form_asked_about(data)
    form.setdefault("_continue", "1")
    together = merge.together({})
    return TemplateResponse(
        request,
        "admin/newsletter/issue/meeting.html",
        {
            **admin.admin_site.each_context(request),
            "opts": Issue._meta,
            "issue": issue,
            "title": _("Put two texts together"),
            "saved": saved_by(issue, request),
            "who": who,
            "asked": [_asked(one, merge, who, data) for one in merge.questions],
            "is_second_time": "met" in data,
            "mine_alone": _alone(merge, compare(merge.theirs, together)),
            "theirs_alone": _alone(merge, compare(merge.mine, together)),
            "form": [
                (name, value) for name, values in form.lists() for value in values
            ],
        },
        status=409 if request.method == "POST" else 200,
    )


def _asked(question: Question, merge: Merge, who: str, data: QueryDict) -> Asked:
    mine, theirs = _both(question)
    chosen = data.get(question.id, "")
    words = _words(question, who)
    return Asked(
        question.id,
        _heading(question, merge),
        _why(question, who),
        mine,
        theirs,
        tuple((str(one), words[one], chosen == one) for one in question.options),
        question.name == WHOLE_BLOCK,
        not question.mine,
        not question.theirs,
    )


def _heading(question: Question, merge: Merge) -> str:
    if question.name == ORDER:
        return _("Order of the blocks")
    if question.name == WHOLE_BLOCK:
        return question.mine or question.theirs
    field = label_of(question.kind, question.name)
    block = merge.theirs.block(question.key)
    return f"{name_of(block)} – {field}" if block else field


def _why(question: Question, who: str) -> str:
    if question.name != WHOLE_BLOCK:
        return ""
    if question.mine:
        return _("%(who)s took this block out; you changed it.") % {"who": who}
    return _("You took this block out; %(who)s changed it.") % {"who": who}


def _words(question: Question, who: str) -> dict[Keep, str]:
    if question.name == WHOLE_BLOCK:
        stays, goes = _("Let it stay"), _("Take it out")
        mine, theirs = (stays, goes) if question.mine else (goes, stays)
        return {Keep.MINE: mine, Keep.THEIRS: theirs}
    return {
        Keep.MINE: _("Mine"),
        Keep.THEIRS: _("That of %(who)s") % {"who": who},
        Keep.BOTH: _("Both, mine first"),
    }


def _both(question: Question) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if question.name == WHOLE_BLOCK:
        return (), ()
    if question.name == ORDER:
        return (Piece(Mark.SAME, question.mine),), (Piece(Mark.SAME, question.theirs),)
    change = FieldChange(question.kind, question.name, question.theirs, question.mine)
    pieces = pieces_of(change)
    return (
        tuple(one for one in pieces if one.mark != Mark.GONE),
        tuple(one for one in pieces if one.mark != Mark.NEW),
    )


def _alone(merge: Merge, changes: Comparison) -> list[Told]:
    """Return what one changed alone, without what is asked."""
    asked = {(one.key, one.name) for one in merge.questions}
    whole = {key for key, name in asked if name == WHOLE_BLOCK}
    fields = tuple(one for one in changes.fields if (ISSUE, one.name) not in asked)
    blocks = []
    for block in changes.blocks:
        left = tuple(
            one for one in block.fields if (block.block.key, one.name) not in asked
        )
        if block.block.key not in whole and (left or not block.fields):
            blocks.append(type(block)(block.what, block.block, left))
    is_reordered = changes.is_reordered and (ISSUE, ORDER) not in asked
    return told(Comparison(fields, tuple(blocks), is_reordered))
