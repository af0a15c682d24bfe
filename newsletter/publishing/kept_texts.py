"""Keeping the text behind what was frozen, so that it can be put back block by block.

A rendition is bytes; nobody can edit those. So the rows it was made of go into a
revision in the same transaction, beside those of every save.
"""

import reversion
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from reversion.models import Revision, Version

from newsletter.issues.models import Issue
from newsletter.issues.texts import IssueText, text_of_revision
from newsletter.publishing.models import KeptText
from newsletter.rendering.models import Rendition


@transaction.atomic
def keep_text(rendition: Rendition, *, by: User | None) -> None:
    """Keep the rows of an issue as they are, as what a rendition was made of."""
    revision = put_in_history(rendition.issue, _("As it was frozen to leave"), by=by)
    KeptText.objects.create(rendition=rendition, revision=revision)


def put_in_history(issue: Issue, words: str, *, by: User | None) -> Revision:
    """Add the issue with its blocks to its history as it is now."""
    saved = Issue.objects.get(pk=issue.pk)
    with reversion.create_revision():
        reversion.add_to_revision(saved)
        reversion.set_comment(words)
        if by is not None:
            reversion.set_user(by)
    newest = Version.objects.get_for_object(saved).select_related("revision")
    revision: Revision = newest[0].revision
    return revision


def kept_text(rendition: Rendition) -> IssueText | None:
    """Return the text a rendition was made of; None if it was not kept."""
    kept = KeptText.objects.filter(rendition=rendition).select_related("revision")
    found = kept.first()
    return text_of_revision(found.revision) if found else None
