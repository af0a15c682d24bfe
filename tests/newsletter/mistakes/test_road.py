"""The road of a report: each step once, and doubles go together."""

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.mistakes.handling import ChangedMeanwhile
from newsletter.mistakes.models import MistakeReport
from newsletter.mistakes.models import MistakeReportState as State
from newsletter.mistakes.road import (
    WrongStep,
    join,
    steps_taken,
    take_apart,
    take_step,
)


def state_of(report):
    return MistakeReport.objects.get(pk=report.pk).state


def test_a_step_is_taken_and_stands_on_record_with_who_took_it(report, els, now):
    take_step(report, State.LOOKING, seen="new", by=els, now=now)

    assert state_of(report) == State.LOOKING
    [entry] = steps_taken(report)
    assert (entry.actor_name, entry.act) == ("els", "report looked at")


def test_who_comes_second_meets_what_the_first_did(report, els, now):
    take_step(report, State.CONFIRMED, seen="new", by=els, now=now)

    with pytest.raises(ChangedMeanwhile, match="els"):
        take_step(report, State.NOT_A_MISTAKE, seen="new", by=els, now=now)
    assert state_of(report) == State.CONFIRMED


@pytest.mark.parametrize("seen", ["thanked", "not_a_mistake", "", "nonsense"])
def test_no_step_is_left_out(report, els, now, seen):
    with pytest.raises(WrongStep):
        take_step(report, State.CORRECTED, seen=seen, by=els, now=now)
    assert not AuditEntry.objects.exists()


def test_doubles_go_along_but_not_who_was_thanked(report_of, els, now):
    first, second, third = report_of(), report_of("Karel"), report_of("Noor")
    for double in (second, third):
        join(double, first, by=els, now=now)
    MistakeReport.objects.filter(pk=third.pk).update(state=State.THANKED)

    take_step(first, State.CONFIRMED, seen="new", by=els, now=now)

    assert [state_of(one) for one in (second, third)] == ["confirmed", "thanked"]


def test_the_doubles_of_a_double_move_along(report_of, els, now):
    first, second, third = report_of(), report_of(), report_of()
    join(third, second, by=els, now=now)

    join(second, first, by=els, now=now)

    assert set(first.joined) == {first, second, third}


def test_a_report_is_not_joined_to_itself_nor_to_a_double(report_of, els, now):
    first, second, third = report_of(), report_of(), report_of()
    join(second, first, by=els, now=now)

    for report, other in ((first, first), (third, second), (second, third)):
        with pytest.raises(ChangedMeanwhile):
            join(report, other, by=els, now=now)


def test_who_is_joined_after_the_thanks_is_still_to_be_thanked(report_of, els, now):
    first, late = report_of(state=State.THANKED), report_of()

    join(late, first, by=els, now=now)

    assert state_of(late) == State.CORRECTED


def test_a_double_taken_apart_is_a_report_of_its_own(report_of, els, now):
    first, second = report_of(), report_of()
    join(second, first, by=els, now=now)

    take_apart(second, by=els, now=now)

    assert list(first.joined) == [first]
