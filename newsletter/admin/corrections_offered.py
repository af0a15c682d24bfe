"""The block “Put right”: filled with the corrections that wait for an issue."""

from typing import Any

from django.forms.models import BaseInlineFormSet

from newsletter.admin.block_form import BlockForm
from newsletter.issues.blocks import CorrectionsBlock
from newsletter.issues.models import Issue
from newsletter.mistakes.correction_models import told_in
from newsletter.mistakes.models import Correction
from newsletter.mistakes.telling import as_prose


def corrections_offered(issue: Issue) -> list[Correction]:
    """Return the waiting corrections that stand in no block of this issue yet."""
    theirs = Correction.objects.waiting().for_readers_of(issue.mailing_list)
    waiting = list(theirs.select_related("article", "issue"))
    if not waiting:
        return []
    told = _told_in(issue)
    return [one for one in waiting if one.pk not in told]


def corrections_taken_back(issue: Issue) -> list[Correction]:
    """Return those in its blocks that readers are told of no longer."""
    told = Correction.objects.filter(pk__in=_told_in(issue))
    public = told.public().values("pk")
    return list(told.exclude(pk__in=public))


def _told_in(issue: Issue) -> set[int]:
    blocks = CorrectionsBlock.objects.filter(parent=issue)
    return told_in("".join(blocks.values_list("body", flat=True)))


class CorrectionsForm(BlockForm):
    """Fills a block that came empty with a composition."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put in what waits, for the editor to look at and save."""
        super().__init__(*args, **kwargs)
        block = self.instance
        if block.pk and not self.is_bound and not block.body:
            self.initial["body"] = as_prose(corrections_offered(block.parent))


class CorrectionsFormSet(BaseInlineFormSet):
    """Has what waits in the block that an editor puts in."""

    @property
    def empty_form(self) -> Any:
        """Return the form of a new block, filled."""
        form: Any = super().empty_form
        if self.instance.pk:
            form.initial["body"] = as_prose(corrections_offered(self.instance))
        return form
