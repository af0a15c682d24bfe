"""Between the form of an issue and its text: reading what is typed, and typing it."""

from datetime import date
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict
from django.utils.formats import localize_input

from newsletter.admin.preview import block_forms, is_left_out
from newsletter.issues.models import Issue
from newsletter.issues.texts import (
    ISSUE,
    KINDS,
    BlockText,
    IssueText,
    as_text,
    fields_of,
    model_of,
)


def prefix_of(kind: str) -> str:
    """Return what the names of the fields of a kind of block begin with."""
    return f"newsletter_{kind}_set"


# --- Reading ---


def typed_text(
    admin: ModelAdmin, request: HttpRequest, issue: Issue, data: QueryDict
) -> IssueText:
    """Return what a form says, also where that may not be saved like that."""
    form = admin.get_form(request, issue, change=True)(data, instance=issue)
    form.full_clean()
    blocks = []
    for one in block_forms(admin, request, issue, data):
        one.full_clean()
        if not is_left_out(one):
            blocks.append((one.instance.ordering, _block(one)))
    blocks.sort(key=lambda placed: placed[0])
    return IssueText(_fields(form, Issue), tuple(block for _place, block in blocks))


def _block(form: Any) -> BlockText:
    kind = str(form.instance._meta.model_name)
    # By what the form says: its row may have been deleted meanwhile.
    saved = form.data.get(f"{form.prefix}-id", "")
    last = saved if saved.isdecimal() else f"new-{form.prefix.rpartition('-')[2]}"
    return BlockText(f"{kind}-{last}", kind, _fields(form, type(form.instance)))


def _fields(form: Any, model: Any) -> dict[str, str]:
    """Return each field as it would be saved, else as it was typed."""
    return {
        field.name: as_text(
            form.cleaned_data[field.name]
            if field.name in form.cleaned_data
            else form.data.get(form.add_prefix(field.name))
        )
        for field in fields_of(model)
        if field.name in form.fields
    }


# --- Typing ---


def as_form(text: IssueText, *, over: IssueText) -> QueryDict:
    """Return the form in which somebody typed a text over what is saved."""
    data = QueryDict(mutable=True)
    _type(data, "", ISSUE, text.fields)
    for kind in KINDS:
        _type_blocks(data, kind, text, over)
    return data


def _type_blocks(data: QueryDict, kind: str, text: IssueText, over: IssueText) -> None:
    prefix = prefix_of(kind)
    rows = [block for block in over.blocks if block.kind == kind]
    saved = {block.key for block in rows}
    places = {block.key: place for place, block in enumerate(text.blocks, start=1)}
    blocks = [
        *((text.block(row.key) or row) for row in rows),
        *(new for new in text.blocks if new.kind == kind and new.key not in saved),
    ]
    data[f"{prefix}-INITIAL_FORMS"] = str(len(rows))
    data[f"{prefix}-TOTAL_FORMS"] = str(len(blocks))
    for index, block in enumerate(blocks):
        name = f"{prefix}-{index}-"
        if block.key in saved:
            data[f"{name}id"] = block.key.rpartition("-")[2]
        if block.key not in places:
            data[f"{name}DELETE"] = "on"
        data[f"{name}region"] = "main"
        data[f"{name}ordering"] = str(10 * places.get(block.key, len(places) + 1))
        _type(data, name, kind, block.fields)


def _type(data: QueryDict, before: str, kind: str, fields: Any) -> None:
    model = model_of(kind)
    for name, text in fields.items():
        internal = model._meta.get_field(name).get_internal_type()
        # A box that is not ticked is not sent at all.
        if internal == "BooleanField":
            if text == "True":
                data[f"{before}{name}"] = "on"
        elif internal == "DateField":
            data[f"{before}{name}"] = _day_as_typed(text)
        else:
            data[f"{before}{name}"] = text


def _day_as_typed(text: str) -> str:
    try:
        return str(localize_input(date.fromisoformat(text)))
    except ValueError:
        return text


# --- Showing what was typed ---


def form_with(form_class: Any, data: QueryDict) -> Any:
    """Return the class of a form that shows what was typed, right or wrong."""

    class Unchecked(form_class):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(data, *args, **kwargs)
            _leave_unchecked(self)

    return Unchecked


def leave_formset_unchecked(formset: Any) -> None:
    """Let the blocks show what was typed without saying what is wrong with it."""
    for form in formset.forms:
        _leave_unchecked(form)
    formset._errors = []
    formset._non_form_errors = formset.error_class()


def _leave_unchecked(form: Any) -> None:
    form._errors = ErrorDict()
    form.cleaned_data = {}
