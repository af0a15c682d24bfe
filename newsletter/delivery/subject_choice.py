"""Trying several subjects on the first few readers, and choosing one for the others.

Judged by presses on links for every hundred readers: openings are not measured here,
and would say more about programs than about people. Equal ones: the first.
"""

import math
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from newsletter.audit.recording import record_act
from newsletter.delivery.models import (
    FIRST_WAVE,
    Batch,
    BatchState,
    Delivery,
    Dispatch,
)
from newsletter.rendering.models import LinkDay, Rendition

# Fewer readers of a subject say nothing about it.
LEAST_READERS_A_SUBJECT = 50


class SubjectChoice(models.Model):
    """That a dispatch tries several subjects first, and which one the others got."""

    dispatch = models.OneToOneField(
        Dispatch, models.PROTECT, related_name="subject_choice"
    )
    # From the last answer about the first few.
    wait_minutes = models.PositiveSmallIntegerField()
    decided_at = models.DateTimeField(null=True)
    chosen = models.ForeignKey(Rendition, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("choice of subject")
        verbose_name_plural = _("choices of subject")
        constraints = (
            models.CheckConstraint(
                name="a_choice_has_its_moment",
                condition=Q(decided_at=None, chosen=None)
                | Q(decided_at__isnull=False, chosen__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.dispatch}: {self._meta.verbose_name}"


class SubjectScore(models.Model):
    """What one subject brought by the moment of choosing."""

    choice = models.ForeignKey(SubjectChoice, models.PROTECT, related_name="scores")
    rendition = models.ForeignKey(Rendition, models.PROTECT, related_name="+")
    readers = models.PositiveIntegerField(_("readers"), default=0)
    presses = models.PositiveIntegerField(_("presses"), default=0)

    class Meta:
        verbose_name = _("score of a subject")
        verbose_name_plural = _("scores of subjects")
        ordering = ("rendition",)
        constraints = (
            models.UniqueConstraint(
                name="one_score_per_subject", fields=("choice", "rendition")
            ),
        )

    def __str__(self) -> str:
        return f"{self.rendition.subject}: {self.presses} / {self.readers}"

    @property
    def presses_in_a_hundred(self) -> float:
        """Presses for every hundred readers; links may be pressed more than once."""
        return 100 * self.presses / self.readers if self.readers else 0.0


# --- On whom ---


def readers_to_try_on(rendition: Rendition, audience: int) -> int:
    """Return on how many readers its subjects are tried; 0 when they are not.

    They are not where the share would leave a subject with too few readers to tell.
    """
    if rendition.tried_on_percent is None:
        return 0
    variants = len(rendition.with_variants)
    return try_on(audience, rendition.tried_on_percent, variants)


def try_on(audience: int, share_percent: int, variants: int) -> int:
    """Return how many readers a share is, 0 when it is too few for so many subjects.

    >>> try_on(1000, 20, 2), try_on(499, 20, 2), try_on(10_000, 20, 4)
    (200, 0, 2000)
    """
    share = math.ceil(audience * share_percent / 100)
    return share if share >= variants * LEAST_READERS_A_SUBJECT else 0


def begin_choice(dispatch: Dispatch) -> list[Rendition]:
    """Write down that a choice will be made; return what is tried, in its order.

    Call it in the transaction that freezes the audience.
    """
    choice = SubjectChoice.objects.create(
        dispatch=dispatch, wait_minutes=dispatch.rendition.tried_for_minutes or 0
    )
    tried = dispatch.rendition.with_variants
    SubjectScore.objects.bulk_create(
        SubjectScore(choice=choice, rendition=rendition) for rendition in tried
    )
    return tried


def waits_for_presses(dispatch: Dispatch) -> timedelta:
    """Return how long to wait after the last answer; nothing when nothing is tried."""
    choice = SubjectChoice.objects.filter(dispatch=dispatch, decided_at=None).first()
    return timedelta(minutes=choice.wait_minutes if choice else 0)


def choose_subject(dispatch_id: int, *, now: datetime) -> None:
    """Choose the subject for everyone who waits; once, whoever asks.

    Call it in the transaction that opens the dispatch for everyone. A text that was
    corrected meanwhile is not put back: then the choice is only written down.
    """
    choice = SubjectChoice.objects.filter(dispatch=dispatch_id, decided_at=None).first()
    if choice is None:
        return
    best = _count(choice)
    mine = SubjectChoice.objects.filter(pk=choice.pk, decided_at=None)
    if not mine.update(decided_at=now, chosen=best.rendition):
        return
    tried = choice.scores.values("rendition")
    unchanged = Dispatch.objects.filter(pk=dispatch_id, rendition__in=tried)
    if unchanged.update(rendition=best.rendition):
        Batch.objects.filter(
            dispatch=dispatch_id, state=BatchState.READY, rendition__in=tried
        ).exclude(wave=FIRST_WAVE).update(rendition=best.rendition)
    record_act(
        "subject chosen",
        Dispatch.objects.get(pk=dispatch_id),
        by=None,
        now=now,
        subject=best.rendition.subject,
    )


def _count(choice: SubjectChoice) -> SubjectScore:
    """Write down what each subject brought; return the best, or the first of equals."""
    scores = list(choice.scores.select_related("rendition"))
    for score in scores:
        score.readers = _who_have(choice, score.rendition)
        score.presses = presses_of(score.rendition)
    SubjectScore.objects.bulk_update(scores, ("readers", "presses"))
    # max() keeps the first of equal ones.
    return max(scores, key=lambda score: score.presses_in_a_hundred)


def _who_have(choice: SubjectChoice, rendition: Rendition) -> int:
    return Delivery.objects.filter(
        batch__in=Batch.objects.filter(
            dispatch=choice.dispatch_id, rendition=rendition, state=BatchState.DONE
        ),
        exception="",
    ).count()


def presses_of(rendition: Rendition) -> int:
    """Count the presses on the links of one rendition, on all days."""
    days = LinkDay.objects.filter(link__rendition=rendition)
    return days.aggregate(presses=Sum("presses"))["presses"] or 0


__all__ = ["SubjectChoice", "SubjectScore"]
