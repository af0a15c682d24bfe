"""What one press beside the mail does to the form. Nothing is saved by it."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from newsletter.issues.block import Block
from newsletter.issues.models import Issue
from newsletter.publishing.findings import Mend

# Blocks with the name of the form in which each stands.
PlacedForms = Sequence[tuple[Block, str]]


def on_form(mend: Mend, issue: Issue, forms: PlacedForms) -> dict[str, Any] | None:
    """Return a mend as something that the composer's form can do by itself.

    That is filling in fields (``fills``), putting in a block of a kind (``puts``) or
    moving one (``moves``) to right behind another. None: it is nothing of this form.
    """
    if mend.block is not None:
        return _placed(mend, forms)
    before = "id_" if mend.about == issue else _form_of(mend.about, forms)
    if not mend.values or not before:
        return None
    if mend.about != issue:
        before = f"id_{before}-"
    fills = {f"{before}{name}": str(value) for name, value in mend.values.items()}
    return {"label": mend.label, "fills": fills}


def _placed(mend: Mend, forms: PlacedForms) -> dict[str, Any] | None:
    behind = _form_of(mend.behind, forms)
    if not isinstance(mend.block, Block) or not behind:
        return None
    told = {"label": mend.label, "behind": behind}
    if form := _form_of(mend.block, forms):
        return {**told, "moves": form}
    kind = mend.block._meta.model_name
    filled = {
        field.name: str(getattr(mend.block, field.name))
        for field in mend.block._meta.concrete_fields
        if field.name not in ("parent", "region") and getattr(mend.block, field.name)
    }
    return {**told, "puts": f"newsletter_{kind}_set", "values": filled}


def _form_of(row: models.Model | None, forms: PlacedForms) -> str:
    return next((name for block, name in forms if block == row), "")
