"""What was typed and not saved yet: kept while typing, until it is saved or too old."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from newsletter.issues.models import Draft, Issue

# Said on the page that offers it back, and in docs/operating.md.
KEPT_FOR = timedelta(days=30)
# How long a keeping may be under way when its page is already saved.
LATE_FOR = timedelta(days=1)


def keep(
    issue: Issue,
    *,
    by: AbstractBaseUser,
    page: UUID,
    turn: int,
    form: str,
    now: datetime,
) -> bool:
    """Keep what stands on a page now; False if the page has been saved meanwhile.

    Keepings may arrive in another order than they left: an older turn changes nothing.
    """
    mine = Draft.objects.filter(page=page, issue=issue, user_id=by.pk)
    standing = mine.filter(finished_at=None)
    if standing.filter(turn__lt=turn).update(form=form, turn=turn, kept_at=now):
        return True
    try:
        with transaction.atomic():
            Draft.objects.create(
                issue=issue, user_id=by.pk, page=page, turn=turn, form=form, kept_at=now
            )
    except IntegrityError:
        return standing.exists()
    return True


def finish(issue: Issue, *, by: AbstractBaseUser, page: UUID, now: datetime) -> None:
    """Empty what was kept of a page that is saved; what comes late is not kept."""
    done = {"form": "", "finished_at": now, "kept_at": now}
    mine = Draft.objects.filter(page=page, issue=issue, user_id=by.pk)
    if mine.update(**done):
        return
    try:
        with transaction.atomic():
            Draft.objects.create(issue=issue, user_id=by.pk, page=page, turn=0, **done)
    except IntegrityError:
        mine.update(**done)


def go_on(issue: Issue, *, by: AbstractBaseUser, page: UUID) -> UUID | None:
    """Move what was kept to a new page and return its name; None if it is gone.

    The old page may still be open in another window: it keeps a draft of its own.
    """
    anew = uuid4()
    mine = Draft.objects.unfinished(issue, by).filter(page=page)
    return anew if mine.update(page=anew) else None


def discard(issue: Issue, *, by: AbstractBaseUser, page: UUID) -> None:
    """Throw away what was kept; if its page is still open, it is kept anew there."""
    Draft.objects.filter(page=page, issue=issue, user_id=by.pk).delete()


def forget_old_drafts(now: datetime) -> None:
    """Delete what nobody came back for, and what was finished long enough ago."""
    Draft.objects.filter(kept_at__lt=now - KEPT_FOR).delete()
    Draft.objects.filter(finished_at__lt=now - LATE_FOR).delete()
