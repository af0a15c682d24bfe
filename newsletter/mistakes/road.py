"""The road of a mistake report: each step once, by whom and when on record.

Reports of the same mistake go together: whoever was thanked stays thanked.
"""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from newsletter.audit.models import AuditEntry
from newsletter.audit.recording import record_act
from newsletter.mistakes.correction_models import Correction
from newsletter.mistakes.handling import ChangedMeanwhile
from newsletter.mistakes.models import MistakeReport
from newsletter.mistakes.models import MistakeReportState as State

# Where a report may go from where it stands. Thanked is the end.
STEPS: dict[State, tuple[State, ...]] = {
    State.NEW: (State.LOOKING, State.CONFIRMED, State.NOT_A_MISTAKE, State.CORRECTED),
    State.LOOKING: (State.CONFIRMED, State.NOT_A_MISTAKE, State.CORRECTED),
    State.CONFIRMED: (State.CORRECTED, State.NOT_A_MISTAKE),
    State.NOT_A_MISTAKE: (State.LOOKING, State.THANKED),
    State.CORRECTED: (State.THANKED, State.LOOKING),
    State.THANKED: (),
}
# Each step as it is written on record.
ACTS: dict[State, str] = {
    State.LOOKING: "report looked at",
    State.CONFIRMED: "report confirmed",
    State.NOT_A_MISTAKE: "no mistake after all",
    State.CORRECTED: "mistake corrected",
    State.THANKED: "reader thanked",
}


class WrongStep(Exception):
    """This step is not to be taken from here; the text says what there is to do."""


def take_step(
    report: MistakeReport,
    to: State,
    *,
    seen: str,
    by: AbstractBaseUser,
    now: datetime,
    correction: Correction | None = None,
) -> None:
    """Bring a report, and all that tell of the same mistake, one step further.

    Args:
        seen: where it stood on the page from which the step is taken.
        correction: what was put right, with the step to ``CORRECTED``.

    Raises:
        ChangedMeanwhile: it stands elsewhere by now; that stays.
        WrongStep: there is no such step from where it stood.
    """
    if seen not in State.values or to not in STEPS[State(seen)]:
        raise WrongStep(_("That cannot be done from here. Look at the report again."))
    columns: dict[str, object] = {"state": to}
    if to == State.LOOKING:
        # Taken up once more: what was put right is not taken back by that.
        columns["correction"] = None
    if correction is not None:
        columns["correction"] = correction
    with transaction.atomic():
        alone = MistakeReport.objects.filter(pk=report.pk, state=seen, same_as=None)
        if not alone.update(**columns):
            report.refresh_from_db()
            raise ChangedMeanwhile(_meanwhile(report))
        doubles = MistakeReport.objects.filter(same_as=report.pk)
        doubles.exclude(state=State.THANKED).update(**columns)
        record_act(ACTS[to], report, by=by, now=now)
    report.refresh_from_db()


def join(
    report: MistakeReport, first: MistakeReport, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Say that a report is of the same mistake as an earlier one, doubles and all.

    Raises:
        ChangedMeanwhile: one of the two was joined to another by now.
    """
    with transaction.atomic():
        # Written first, so that nobody joins the first one elsewhere meanwhile.
        alone = MistakeReport.objects.filter(same_as=None).exclude(pk=report.pk)
        is_free = alone.filter(pk=first.pk).update(same_as=None)
        joined = MistakeReport.objects.filter(pk=report.pk, same_as=None)
        if not (is_free and joined.update(same_as=first)):
            raise ChangedMeanwhile(
                _("One of these is joined to another report by now. Look again.")
            )
        MistakeReport.objects.filter(same_as=report.pk).update(same_as=first)
        first.refresh_from_db()
        # Who comes after the thanks went out has to be thanked still.
        is_over = first.state == State.THANKED
        together = MistakeReport.objects.filter(same_as=first.pk)
        together.exclude(state=State.THANKED).update(
            state=State.CORRECTED if is_over else first.state,
            correction=first.correction,
            article=first.article,
        )
        record_act("reports joined", first, by=by, now=now, report=report.pk)
    report.refresh_from_db()


def take_apart(report: MistakeReport, *, by: AbstractBaseUser, now: datetime) -> None:
    """Let a report stand on its own again; where it stands on the road stays."""
    first = report.same_as
    with transaction.atomic():
        if (
            MistakeReport.objects.filter(pk=report.pk)
            .exclude(same_as=None)
            .update(same_as=None)
        ):
            record_act("report taken apart", first or report, by=by, now=now)
    report.refresh_from_db()


def steps_taken(report: MistakeReport) -> "QuerySet[AuditEntry]":
    """Return who did what with a report, the first act first."""
    return AuditEntry.objects.about(report).order_by("at", "pk")


def _meanwhile(report: MistakeReport) -> str:
    if report.same_as_id is not None:
        return _("This report is joined to another one by now. Go on there.")
    last = steps_taken(report).last()
    return _("Meanwhile %(who)s put this report on “%(state)s”. That stays so.") % {
        "who": last.actor_name if last else _("a colleague"),
        "state": report.get_state_display(),
    }
