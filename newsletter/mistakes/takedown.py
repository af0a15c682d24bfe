"""Taking an article down: in one act, with evidence first, everywhere we can reach."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from newsletter.articles.calm_pictures import make_calm
from newsletter.articles.models import Article, ArticleState
from newsletter.articles.picture_models import Picture
from newsletter.audit.models import AuditEntry
from newsletter.audit.recording import record_act
from newsletter.delivery.control import CannotControl
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.mistakes.evidence import evidence_of, renditions_with
from newsletter.mistakes.takedown_models import Takedown
from newsletter.publishing.scheduling import CannotSchedule, cancel_schedule
from newsletter.publishing.trouble import withdraw
from newsletter.rendering.withdrawn_lines import lines_about


class CannotTakeDown(Exception):
    """This article cannot be taken down so; the text says why."""


class CannotPutBack(Exception):
    """This article cannot be shown again so; the text says why."""


class CannotCalm(Exception):
    """The files of the picture cannot be replaced now; the text says why."""


_NOT_ENDED = (DispatchState.SCHEDULED, DispatchState.SENDING, DispatchState.PAUSED)


def issues_with(article: Article) -> "QuerySet[Dispatch]":
    """Return what left or will leave with this article in it, and is not taken back.

    What waits or is on its way with only a correction of it too: it mails the title.
    """
    frozen = {rendition.pk for rendition in renditions_with(article)}
    told = lines_about(article).values("rendition")
    touched = Dispatch.objects.filter(
        Q(rendition__in=frozen)
        | Q(batches__rendition__in=frozen)
        | Q(rendition__in=told, state__in=_NOT_ENDED),
        withdrawn_at=None,
    )
    standing = touched.exclude(state=DispatchState.CANCELLED, started_at=None)
    return standing.select_related("issue__mailing_list").distinct().order_by("pk")


def articles_that_share(picture: Picture, article: Article) -> "QuerySet[Article]":
    """Return the other articles that show this picture."""
    return Article.objects.filter(picture=picture).exclude(pk=article.pk)


def take_down(
    article: Article,
    reason: str,
    *,
    dispatches: Collection[int],
    with_picture: bool,
    by: User,
    now: datetime,
) -> Takedown:
    """Take an article off our pages, with these issues and its picture if asked.

    What waits to leave in one of these issues is stopped or cancelled as well.

    Args:
        dispatches: the keys of those whose page and rest go too.

    Raises:
        CannotTakeDown: no reason was given, it is down already, its picture cannot be
            read, or one of these issues began or ended meanwhile; nothing was done.
    """
    if not reason.strip():
        raise CannotTakeDown(_("Write down why: somebody will ask."))
    with transaction.atomic():
        evidence = _evidence_of(article, reason, by=by, now=now)
        down = Article.objects.filter(pk=article.pk).exclude(
            state=ArticleState.WITHDRAWN
        )
        was = down.values_list("state", flat=True).first()
        if not down.update(state=ArticleState.WITHDRAWN, updated_at=now):
            raise CannotTakeDown(_("This article is down already."))
        for dispatch in issues_with(article).filter(pk__in=dispatches):
            _take_back(dispatch, by=by, now=now)
        takedown = Takedown.objects.create(
            article=article,
            reason=reason.strip(),
            with_picture=with_picture and article.picture is not None,
            evidence=evidence,
            made_at=now,
            made_by=by,
        )
        record_act("taken down", article, by=by, now=now, takedown=takedown.pk, was=was)
    article.refresh_from_db()
    if takedown.with_picture:
        # Not before the evidence is safe: files are not rolled back. What cannot be
        # written now is done later, by the button beside the evidence.
        with suppress(CannotCalm):
            calm_picture(takedown, now=now)
    return takedown


def _evidence_of(article: Article, reason: str, *, by: User, now: datetime) -> bytes:
    try:
        return evidence_of(article, reason, by=by, now=now)
    except OSError as trouble:
        raise CannotTakeDown(
            _(
                "A file of the picture cannot be read (%(why)s), so there is no "
                "evidence and nothing was done. Take the picture out of the article, "
                "then take it offline, or have the file mended."
            )
            % {"why": trouble.strerror or type(trouble).__name__}
        ) from trouble


def was_taken_down(article: Article) -> bool:
    """Tell whether it is off by a takedown, so that only that may be undone."""
    down = Article.objects.filter(pk=article.pk, state=ArticleState.WITHDRAWN)
    return down.filter(takedowns__isnull=False).exists()


def state_before(article: Article) -> str:
    """Return what an article was before it was taken down: nobody published a draft."""
    acts = AuditEntry.objects.about(article).filter(act="taken down")
    was = acts.values_list("details__was", flat=True).first()
    return str(was or ArticleState.PUBLISHED)


def put_back(article: Article, reason: str, *, by: User, now: datetime) -> None:
    """Make an article what it was before. Its issues and picture stay gone.

    Raises:
        CannotPutBack: no reason was given, or it is not down.
    """
    if not reason.strip():
        raise CannotPutBack(_("Write down why: somebody will ask."))
    with transaction.atomic():
        down = Article.objects.filter(
            pk=article.pk,
            state=ArticleState.WITHDRAWN,
            pk__in=Takedown.objects.values("article"),
        )
        if not down.update(state=state_before(article), updated_at=now):
            raise CannotPutBack(_("This article is not offline any more."))
        record_act("put back", article, by=by, now=now, reason=reason.strip())
    article.refresh_from_db()


def _take_back(dispatch: Dispatch, *, by: User, now: datetime) -> None:
    act = cancel_schedule if dispatch.started_at is None else withdraw
    try:
        act(dispatch, by=by, now=now)
    except (CannotSchedule, CannotControl) as meanwhile:
        raise CannotTakeDown(
            _("%(issue)s began or ended its sending just now. Take it down once more.")
            % {"issue": dispatch.issue}
        ) from meanwhile


def hand_out_evidence(takedown: Takedown, *, by: User, now: datetime) -> bytes:
    """Return the evidence, a zip; that somebody took it stands on record."""
    about = takedown.article
    record_act("evidence handed out", about, by=by, now=now, takedown=takedown.pk)
    return bytes(takedown.evidence)


def calm_picture(takedown: Takedown, *, now: datetime) -> None:
    """Put the calm picture into the files of the other; to be repeated at will.

    Raises:
        CannotCalm: one of the files cannot be written; all are as they were.
    """
    picture = takedown.article.picture
    if picture is None:
        return
    try:
        make_calm(picture)
    except OSError as trouble:
        why = trouble.strerror or type(trouble).__name__
        raise CannotCalm(
            _("A file of the picture cannot be replaced (%(why)s); it is still seen.")
            % {"why": why}
        ) from trouble
    Picture.objects.filter(pk=picture.pk).update(
        for_newsletter=False, for_website=False, for_social=False
    )
    Takedown.objects.filter(pk=takedown.pk).update(picture_calmed_at=now)
    takedown.picture_calmed_at = now
