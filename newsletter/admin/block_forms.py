"""The forms of the blocks; a draft may be unfinished, what leaves may not."""

from typing import Any

from content_editor.admin import ContentEditorInline
from django.db import models
from django.utils.translation import gettext as _

from newsletter.admin.block_form import BlockForm
from newsletter.admin.corrections_offered import CorrectionsForm, CorrectionsFormSet
from newsletter.issues import blocks as kinds
from newsletter.issues.block import ArticleBlock, Block

# Material icon and colour of each kind, in the order of the menu.
LOOKS: tuple[tuple[type[Block], str, str], ...] = (
    (kinds.OpeningBlock, "wb_sunny", "#9a4a32"),
    (kinds.HeroBlock, "auto_stories", "#9a4a32"),
    (kinds.CardBlock, "article", "#9a4a32"),
    (kinds.TextBlock, "notes", "#6b625b"),
    (kinds.QuoteBlock, "format_quote", "#6b625b"),
    (kinds.TipsBlock, "checklist", "#6b625b"),
    (kinds.ImageBlock, "image", "#6b625b"),
    (kinds.ButtonBlock, "smart_button", "#6b625b"),
    (kinds.ExpertBlock, "person", "#6b625b"),
    (kinds.MustReadBlock, "bookmark", "#6b625b"),
    (kinds.QuestionBlock, "forum", "#55695a"),
    (kinds.PauseMomentBlock, "spa", "#55695a"),
    (kinds.HelpLineBlock, "support", "#55695a"),
    (kinds.AdvertorialBlock, "campaign", "#7a5a2e"),
    (kinds.CorrectionsBlock, "task_alt", "#7a5a2e"),
    (kinds.DividerBlock, "horizontal_rule", "#6b625b"),
)
# Kinds whose form is filled with what waits for them.
FILLED: dict[type[Block], dict[str, Any]] = {
    kinds.CorrectionsBlock: {"form": CorrectionsForm, "formset": CorrectionsFormSet},
}
# "example.nl" becomes https://example.nl.
HTTPS_UNLESS_SAID = {models.URLField: {"assume_scheme": "https"}}
# What these fields lack comes from the article of their block.
FROM_ARTICLE = ("title", "teaser", "authors", "minutes", "url", "note")
# Whether a field is shown at all stands beside it.
BESIDE = {"authors": "with_authors", "minutes": "with_minutes"}


class BlockInline(ContentEditorInline):
    """The form of a block: what is chosen in it may be made or changed, not deleted."""

    def formfield_for_dbfield(self, db_field: Any, *args: Any, **kwargs: Any) -> Any:
        """Take away the buttons that lead elsewhere; say what an empty field means."""
        field: Any = super().formfield_for_dbfield(db_field, *args, **kwargs)
        for button in ("can_delete_related", "can_view_related"):
            if hasattr(field.widget, button):
                setattr(field.widget, button, False)
        is_story = issubclass(self.model, ArticleBlock | kinds.MustReadBlock)
        if is_story and db_field.name in FROM_ARTICLE:
            field.widget.attrs["placeholder"] = _("Empty: as in the article")
        return field


def block_inline(model: type[Block], icon: str, color: str) -> Any:
    """Return the form of one kind of block, as content-editor wants it."""
    names = [
        field.name
        for field in model._meta.get_fields()
        if getattr(field, "editable", False)
        and field.name not in ("id", "parent", "region", "ordering")
    ]
    rows = [
        (name, BESIDE[name]) if name in BESIDE else name
        for name in names
        if name not in BESIDE.values()
    ]
    pickers = [
        name for name in ("article", "picture", "portrait", "expert") if name in names
    ]
    return BlockInline.create(
        model,
        icon=icon,
        color=color,
        fieldsets=[(None, {"fields": [*rows, "ordering", "region"]})],
        autocomplete_fields=pickers,
        formfield_overrides=HTTPS_UNLESS_SAID,
        **FILLED.get(model, {"form": BlockForm}),
    )
