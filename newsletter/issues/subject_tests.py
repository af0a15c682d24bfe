"""Several subjects for one issue: a few readers decide which the others get.

What is tried is content and stands here; what became of it is a matter of the sending
(``newsletter.delivery.subject_choice``).
"""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.characters import refuse_in_line
from newsletter.issues.models import Issue

MOST_VARIANTS = 4


class CannotTestSubjects(Exception):
    """Why these subjects cannot be tried against each other, and what to do."""


class SubjectTest(models.Model):
    """That an issue tries its subject against others, on how many, for how long."""

    issue = models.OneToOneField(Issue, models.CASCADE, related_name="subject_test")
    share_percent = models.PositiveSmallIntegerField(
        gettext_lazy("on how many percent of the readers"),
        default=20,
        validators=[MinValueValidator(5), MaxValueValidator(50)],
    )
    wait_minutes = models.PositiveSmallIntegerField(
        gettext_lazy("decided after how many minutes"),
        default=120,
        validators=[MinValueValidator(15), MaxValueValidator(1440)],
    )

    class Meta:
        verbose_name = gettext_lazy("subject test")
        verbose_name_plural = gettext_lazy("subject tests")
        constraints = (
            models.CheckConstraint(
                name="subject_test_leaves_readers_over",
                condition=Q(share_percent__gte=5, share_percent__lte=50),
            ),
        )

    def __str__(self) -> str:
        return f"{self.issue}: {self._meta.verbose_name}"


class SubjectVariant(models.Model):
    """One more subject; the issue's own is the first, at position 0."""

    test = models.ForeignKey(SubjectTest, models.CASCADE, related_name="variants")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(
        gettext_lazy("subject"), max_length=150, validators=[refuse_in_line]
    )

    class Meta:
        verbose_name = gettext_lazy("other subject")
        verbose_name_plural = gettext_lazy("other subjects")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                name="subject_variant_position_once", fields=("test", "position")
            ),
            models.UniqueConstraint(
                name="subject_variant_said_once", fields=("test", "subject")
            ),
        )

    def __str__(self) -> str:
        return self.subject


def subjects_of(issue: Issue) -> list[str]:
    """Return every subject of an issue, its own first; one when nothing is tried."""
    others = SubjectVariant.objects.filter(test__issue=issue)
    return [issue.subject, *others.values_list("subject", flat=True)]


def try_subjects(
    issue: Issue,
    others: Sequence[str],
    *,
    share_percent: int,
    wait_minutes: int,
    seen_version: int,
    by: AbstractBaseUser,
) -> None:
    """Let an issue try its subject against others; none ends the test.

    The content changes, so an approval of before lapses.

    Args:
        others: one to three further subjects, or none.
        share_percent: 5 to 50 of the readers, spread over all subjects.
        wait_minutes: 15 to 1440, from the last mail of the test to the choice.
        seen_version: the version the person had before them.

    Raises:
        CannotTestSubjects: too many, empty or equal ones, or changed meanwhile.
    """
    wanted = [" ".join(one.split()) for one in others if one.strip()]
    _refuse_what_tells_nothing(issue, wanted)
    with transaction.atomic():
        changed = Issue.objects.filter(pk=issue.pk, version=seen_version).update(
            version=F("version") + 1, updated_by=by
        )
        if not changed:
            raise CannotTestSubjects(
                _(
                    "The issue was changed meanwhile. Look at it again, then press "
                    "once more."
                )
            )
        SubjectTest.objects.filter(issue=issue).delete()
        if wanted:
            _write(
                issue, wanted, share_percent=share_percent, wait_minutes=wait_minutes
            )
    issue.refresh_from_db()


def _write(issue: Issue, others: Sequence[str], **settings: int) -> None:
    test = SubjectTest(issue=issue, **settings)
    variants = [
        SubjectVariant(position=place, subject=subject)
        for place, subject in enumerate(others, 1)
    ]
    try:
        test.full_clean()
        for variant in variants:
            variant.clean_fields(exclude=["test"])
    except ValidationError as wrong:
        raise CannotTestSubjects(" ".join(wrong.messages)) from wrong
    test.save()
    for variant in variants:
        variant.test = test
    SubjectVariant.objects.bulk_create(variants)


def _refuse_what_tells_nothing(issue: Issue, others: Sequence[str]) -> None:
    if len(others) >= MOST_VARIANTS:
        raise CannotTestSubjects(
            _(
                "At most %(most)d subjects can be tried at once, the issue's own "
                "included."
            )
            % {"most": MOST_VARIANTS}
        )
    if others and not issue.subject.strip():
        raise CannotTestSubjects(_("Give the issue its own subject first."))
    all_of_them = [one.casefold() for one in (issue.subject.strip(), *others)]
    if len(set(all_of_them)) < len(all_of_them):
        raise CannotTestSubjects(
            _("Two of these subjects are the same. Try one against another.")
        )


__all__ = ["SubjectTest", "SubjectVariant"]
