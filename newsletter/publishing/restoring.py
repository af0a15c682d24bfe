"""Putting an earlier text of an issue back, whole or one block, as a new version."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from newsletter.issues.models import Issue
from newsletter.issues.texts import (
    KINDS,
    BlockText,
    IssueText,
    fields_of,
    name_of,
    text_of,
)
from newsletter.publishing.kept_texts import put_in_history

# For which Sunday and for whom an issue is, is planned and not written: an earlier
# text leaves it.
PLANNED = ("publication_date", "topic", "segment")


class CannotRestore(Exception):
    """Why the earlier text is not put back, and what to do about it."""


@transaction.atomic
def restore(
    issue: Issue,
    earlier: IssueText,
    *,
    by: User,
    now: datetime,
    seen_version: int,
    only: str = "",
) -> list[str]:
    """Make an earlier text that of the issue; an approval of the present one lapses.

    Args:
        seen_version: the version the person had before them when they pressed.
        only: the key of the one block to put back; "" for all.

    Returns:
        The names of blocks that stayed away: what they show does not exist any more.

    Raises:
        CannotRestore: somebody saved meanwhile.
    """
    mine = Issue.objects.filter(pk=issue.pk, version=seen_version)
    told: dict[str, Any] = {} if only else _lines(earlier)
    if not mine.update(version=F("version") + 1, updated_by=by, updated_at=now, **told):
        raise CannotRestore(
            _("The issue was changed meanwhile. Look at it again, then decide.")
        )
    present = text_of(issue)
    wanted = _with_block(present, earlier, only) if only else earlier
    lost = _write_blocks(issue, wanted, present)
    put_in_history(issue, _("An earlier text, put back"), by=by)
    return lost


def _lines(earlier: IssueText) -> dict[str, Any]:
    return {
        field.name: field.to_python(earlier.fields[field.name])
        for field in fields_of(Issue)
        if field.name in earlier.fields and field.name not in PLANNED
    }


def _with_block(present: IssueText, earlier: IssueText, key: str) -> IssueText:
    """Return the present text with one block as it was, where it was."""
    block = earlier.block(key)
    blocks = list(present.blocks)
    keys = [one.key for one in blocks]
    if block is None:
        blocks = [one for one in blocks if one.key != key]
    elif key in keys:
        blocks[keys.index(key)] = block
    else:
        before = [one.key for one in earlier.blocks]
        before = [one for one in before[: before.index(key)] if one in keys]
        blocks.insert(keys.index(before[-1]) + 1 if before else 0, block)
    return replace(present, blocks=tuple(blocks))


def _write_blocks(issue: Issue, wanted: IssueText, present: IssueText) -> list[str]:
    lost = []
    for place, block in enumerate(wanted.blocks, start=1):
        row = _row(issue, block)
        if row is None:
            lost.append(name_of(block))
        else:
            row.ordering = 10 * place
            row.save()
    staying = {block.key for block in wanted.blocks}
    for block in present.blocks:
        if block.key not in staying:
            model = KINDS[block.kind]
            model._default_manager.filter(pk=_pk(block), parent=issue).delete()
    return lost


def _row(issue: Issue, block: BlockText) -> Any:
    """Return the row of a block; None if it cannot be without what is gone."""
    model = KINDS[block.kind]
    values: dict[str, Any] = {"pk": _pk(block), "parent": issue, "region": "main"}
    for field in fields_of(model):
        text = block.fields.get(field.name, "")
        if not isinstance(field, models.ForeignKey):
            values[field.name] = _value(field, text)
            continue
        related: Any = field.related_model
        if not (text and related._default_manager.filter(pk=text).exists()):
            if not field.null:
                return None
            text = ""
        values[field.attname] = field.to_python(text) if text else None
    return model(**values)


def _value(field: "models.Field[Any, Any]", text: str) -> Any:
    """Return what a field held; nothing is None in a number that may be left out."""
    if text:
        return field.to_python(text)
    return None if field.null else field.get_default()


def _pk(block: BlockText) -> int:
    return int(block.key.rpartition("-")[2])
