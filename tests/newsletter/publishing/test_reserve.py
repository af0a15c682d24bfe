"""A Sunday without an approved issue gets the reserve: offered, or by itself, once."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from newsletter import tasks
from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.blocks import CardBlock, TextBlock
from newsletter.issues.models import Issue
from newsletter.outbox.models import OutgoingMail
from newsletter.publishing.approval import approve, latest_approval
from newsletter.publishing.deputies import name_deputy
from newsletter.publishing.filling import fill_empty_sundays
from newsletter.publishing.reserve import (
    CannotUseReserve,
    reserves,
    sunday_without,
    use_reserve,
)
from newsletter.publishing.scheduling import schedule
from subscribers.models import MailingList, ReserveUse
from tests.factories import MailingListFactory, SkippedSundayFactory, UserFactory
from tests.newsletter.admin.colleagues import role_of
from tests.newsletter.publishing.issues import change, issue_in_order

SUNDAY = date(2026, 11, 29)


def at(moment: str) -> datetime:
    """A moment by the winter clock of Amsterdam."""
    return datetime.fromisoformat(f"{moment}+01:00")


SATURDAY = at("2026-11-28T18:00")


@pytest.fixture
def els(db):
    els = UserFactory.create()
    els.groups.add(role_of("Uitgever"))
    return els


@pytest.fixture
def reserve(mailing_list, els, now):
    return an_approved_reserve(mailing_list, els, now)


def an_approved_reserve(mailing_list, els, now):
    reserve = issue_in_order(mailing_list, publication_date=None, subject="Altijd goed")
    approve(reserve, by=els, now=now)
    return reserve


def by_itself(mailing_list):
    MailingList.objects.update(reserve_use=ReserveUse.BY_ITSELF)
    mailing_list.refresh_from_db()


# --- When ---


def test_a_reserve_is_an_approved_issue_without_a_day(mailing_list, els, reserve, now):
    issue_in_order(mailing_list, publication_date=None)
    approve(issue_in_order(mailing_list), by=els, now=now)
    assert list(reserves(mailing_list)) == [reserve]

    change(reserve, subject="Toch anders")

    assert not reserves(mailing_list)


@pytest.mark.parametrize(
    ("moment", "is_without"),
    [
        ("2026-11-28T17:59:59", False),
        ("2026-11-28T18:00", True),
        ("2026-11-29T07:59:59", True),
    ],
)
def test_sunday_is_without_from_saturday_evening_on(mailing_list, moment, is_without):
    found = sunday_without(mailing_list, now=at(moment))

    assert (found.day if found else None) == (SUNDAY if is_without else None)


def test_an_approved_scheduled_or_skipped_sunday_is_not_without(mailing_list, els, now):
    issue = issue_in_order(mailing_list)
    assert sunday_without(mailing_list, now=SATURDAY)
    approve(issue, by=els, now=now)
    assert sunday_without(mailing_list, now=SATURDAY) is None
    schedule(issue, by=els, now=now)
    assert sunday_without(mailing_list, now=SATURDAY) is None
    Dispatch.objects.all().delete()
    Issue.objects.update(publication_date=None)
    SkippedSundayFactory.create(mailing_list=mailing_list, day=SUNDAY)
    assert sunday_without(mailing_list, now=SATURDAY) is None


# --- By a press ---


def test_one_press_gives_the_reserve_the_day_and_its_moment(reserve, els):
    dispatch = use_reserve(reserve, by=els, now=SATURDAY)

    reserve.refresh_from_db()
    assert reserve.publication_date == SUNDAY
    assert dispatch.due_at == at("2026-11-29T08:00")
    assert "Zondag 29 november" in dispatch.rendition.text
    assert "Fijne zondag" in dispatch.rendition.text
    assert AuditEntry.objects.get(act="reserve used").actor == els


def test_the_yes_is_still_that_of_who_said_it_when_it_was_said(reserve, els, now):
    first = latest_approval(reserve)
    pien = UserFactory.create(username="pien")

    dispatch = use_reserve(reserve, by=pien, now=SATURDAY)

    carried = dispatch.rendition.approval
    assert (carried.approved_by, carried.approved_at) == (els, now)
    assert carried.follows == first


def test_nothing_but_the_day_is_added_to_what_was_approved(reserve, els):
    before = latest_approval(reserve).rendition.text.splitlines()

    after = use_reserve(reserve, by=els, now=SATURDAY).rendition.text.splitlines()

    added = [line for line in after if line not in before and "://" not in line]
    assert added == ["Zondag 29 november · Rock jouw inbox", "Fijne zondag,"]


def test_what_was_begun_for_that_day_moves_on_and_loses_nothing(
    mailing_list, reserve, els
):
    draft = issue_in_order(mailing_list, subject="Nog niet af")

    use_reserve(reserve, by=els, now=SATURDAY)

    draft.refresh_from_db()
    assert draft.publication_date == SUNDAY + timedelta(days=7)
    assert (draft.subject, draft.version) == ("Nog niet af", 2)


def test_a_second_press_finds_the_sunday_taken(reserve, els):
    use_reserve(reserve, by=els, now=SATURDAY)

    with pytest.raises(CannotUseReserve, match="niet nodig"):
        use_reserve(reserve, by=els, now=SATURDAY)
    assert Dispatch.objects.count() == 1


def test_a_reserve_that_was_changed_is_not_used(reserve, els):
    change(reserve, subject="Toch anders")

    with pytest.raises(CannotUseReserve, match="geen goedgekeurde reserve"):
        use_reserve(reserve, by=els, now=SATURDAY)


def test_a_reserve_with_a_changed_article_needs_another_yes(reserve, els):
    article = CardBlock.objects.get(parent=reserve).article
    article.title = "Waarom lawaai helpt"
    article.save()

    with pytest.raises(CannotUseReserve, match="opnieuw akkoord"):
        use_reserve(reserve, by=els, now=SATURDAY)

    reserve.refresh_from_db()
    assert reserve.publication_date is None


def test_a_date_in_the_text_that_has_gone_by_stops_it(mailing_list, els, now):
    reserve = issue_in_order(mailing_list, publication_date=None)
    TextBlock.objects.create(
        parent=reserve, ordering=90, body="<p>Kom op zondag 15 november.</p>"
    )
    approve(reserve, by=els, now=now)

    with pytest.raises(CannotUseReserve, match="15 november.*voorbij.*Pas dat aan"):
        use_reserve(reserve, by=els, now=SATURDAY)


def test_a_list_without_readers_leaves_everything_as_it_was(mailing_list, els, now):
    reserve = an_approved_reserve(mailing_list, els, now)
    draft = issue_in_order(mailing_list)
    mailing_list.subscriptions.all().delete()

    with pytest.raises(CannotUseReserve, match="Niemand zou"):
        use_reserve(reserve, by=els, now=SATURDAY)

    draft.refresh_from_db()
    assert draft.publication_date == SUNDAY


# --- By the clock ---


def test_publishers_are_offered_it_once(reserve, els):
    fill_empty_sundays(SATURDAY)
    fill_empty_sundays(SATURDAY + timedelta(minutes=1))

    mail = OutgoingMail.objects.get()
    assert mail.to_address == "els@example.nl"
    assert "Voor zondag 29 november is niets goedgekeurd" in mail.subject
    assert "Altijd goed" in mail.text
    assert not Dispatch.objects.exists()


def test_a_deputy_is_offered_it_and_an_editor_is_not(reserve, els):
    for name in ("roos", "jan"):
        person = UserFactory.create(username=name, email=f"{name}@example.nl")
        person.groups.add(role_of("Redactie"))
        if name == "roos":
            name_deputy(els, person, first_day=SUNDAY, last_day=SUNDAY, now=SATURDAY)

    fill_empty_sundays(SATURDAY + timedelta(hours=8))

    told = OutgoingMail.objects.values_list("to_address", flat=True)
    assert set(told) == {"els@example.nl", "roos@example.nl"}


def test_without_a_reserve_nobody_is_offered_anything(mailing_list, els):
    fill_empty_sundays(SATURDAY)

    assert not OutgoingMail.objects.exists()


def test_a_list_may_let_the_clock_use_it(mailing_list, reserve, els):
    by_itself(mailing_list)

    fill_empty_sundays(SATURDAY)
    fill_empty_sundays(SATURDAY + timedelta(minutes=1))

    dispatch = Dispatch.objects.get()
    assert (dispatch.issue, dispatch.created_by) == (reserve, None)
    mail = OutgoingMail.objects.get()
    assert "de reserve, vertrekt op zondag 29 november" in mail.subject


def test_the_clock_waits_for_who_is_still_at_work_until_the_last_hour(
    mailing_list, reserve, els
):
    by_itself(mailing_list)
    draft = issue_in_order(mailing_list)

    for moment, is_used in (
        ("2026-11-28T18:00", False),
        ("2026-11-29T06:59", False),
        ("2026-11-29T07:00", True),
    ):
        worked_on = at(moment) - timedelta(minutes=5)
        Issue.objects.filter(pk=draft.pk).update(updated_at=worked_on)
        fill_empty_sundays(at(moment))
        assert Dispatch.objects.exists() is is_used


def test_what_the_clock_may_not_use_is_offered_with_the_reason(
    mailing_list, reserve, els
):
    by_itself(mailing_list)
    article = CardBlock.objects.get(parent=reserve).article
    article.title = "Waarom lawaai helpt"
    article.save()

    fill_empty_sundays(SATURDAY)

    assert not Dispatch.objects.exists()
    assert "bijvoorbeeld een artikel" in OutgoingMail.objects.get().text


def test_a_reserve_that_was_taken_back_is_not_used_again_by_the_clock(
    mailing_list, reserve, els
):
    by_itself(mailing_list)
    fill_empty_sundays(SATURDAY)
    Dispatch.objects.update(state=DispatchState.CANCELLED)

    fill_empty_sundays(SATURDAY + timedelta(minutes=1))

    assert Dispatch.objects.count() == 1


def test_the_task_of_the_clock_fills_before_it_reminds(mailing_list, reserve, els):
    by_itself(mailing_list)
    with time_machine.travel(SATURDAY):
        tasks.remind_colleagues()

    assert [mail.purpose for mail in OutgoingMail.objects.all()] == ["reserve"]


def test_two_clocks_and_a_press_in_one_moment_use_it_once(
    now, in_threads, transactional_db
):
    mailing_list = MailingListFactory.create()
    els = UserFactory.create()
    els.groups.add(role_of("Uitgever"))
    reserve = an_approved_reserve(mailing_list, els, now)
    by_itself(mailing_list)

    def press():
        try:
            return use_reserve(reserve, by=els, now=SATURDAY).pk
        except CannotUseReserve:
            return None

    def tick():
        fill_empty_sundays(SATURDAY)

    def seen():
        return (
            list(Dispatch.objects.values_list("issue", flat=True)),
            OutgoingMail.objects.filter(key__contains="offered").count(),
        )

    in_threads(tick, press, tick, press)
    [(dispatched, offered)] = in_threads(seen)

    assert dispatched == [reserve.pk]
    assert offered == 0
