"""What asks for a person is told once, and once more when it is over."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from newsletter import tasks
from newsletter.audit.recording import record_act
from newsletter.delivery.models import Batch, Dispatch
from newsletter.hooks.models import Listener, Notice
from newsletter.mistakes.models import MistakeReport, ReaderMail
from newsletter.outbox.models import OutgoingMail
from newsletter.reports.alert_models import Alert
from newsletter.reports.alerting import watch
from newsletter.reports.counting_issues import count_issue
from newsletter.reports.issue_models import IssueCount
from newsletter.reports.watching import causes
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import log_in, role_of
from tests.newsletter.admin.front_page import front_page
from tests.newsletter.reports.left import an_issue_that_left

MINUTE = timedelta(minutes=1)


@pytest.fixture
def dispatch(mailing_list, now):
    """An issue that everybody has, as the provider told."""
    dispatch = an_issue_that_left(
        mailing_list, at=now, readers=[{"event": "delivered", "event_at": now}] * 3
    )
    count_issue(dispatch, now=now + 10 * MINUTE)
    return dispatch


def kinds(now):
    return [one.kind for one in causes(now)]


def late(dispatch, now):
    """As if it was scheduled for this moment."""
    Dispatch.objects.filter(pk=dispatch.pk).update(
        state="scheduled", started_at=None, finished_at=None, due_at=now
    )


# --- What asks for a person ---


def test_an_issue_that_left_asks_for_nobody(dispatch, now):
    assert kinds(now + 2 * 60 * MINUTE) == []


@pytest.mark.parametrize(("minutes", "found"), [(4, []), (5, ["not_started"])])
def test_an_issue_that_does_not_begin(dispatch, now, minutes, found):
    late(dispatch, now)
    assert kinds(now + minutes * MINUTE) == found


@pytest.mark.parametrize(
    ("submitted", "found"), [(None, ["stalled"]), (-6, ["stalled"]), (-4, [])]
)
def test_an_issue_that_stands_still(dispatch, now, submitted, found):
    Dispatch.objects.update(state="sending", opened_at=now)
    Batch.objects.update(
        state="ready",
        not_before=now - 6 * MINUTE,
        submitted_at=submitted and now + submitted * MINUTE,
    )
    assert kinds(now) == found


@pytest.mark.parametrize(("by_machine", "found"), [(True, ["paused"]), (False, [])])
def test_an_issue_that_paused_itself(dispatch, now, by_machine, found):
    Dispatch.objects.update(state="paused", pause_reason="Te veel kwam terug.")
    by = None if by_machine else UserFactory()
    record_act("paused", dispatch, by=by, now=now)
    assert kinds(now) == found


def test_readers_of_whom_nobody_knows(dispatch, now):
    dispatch.deliveries.update(exception="unknown", event="")
    count_issue(dispatch, now=now + 20 * MINUTE)
    [cause] = causes(now + 30 * MINUTE)
    assert "van 3 lezers weet niemand" in cause.words


@pytest.mark.parametrize(
    ("provider", "minutes", "found"),
    [
        ("mailgun", 62, ["silence"]),
        ("mailgun", 59, []),
        ("mailgun", 15 * 24 * 60, []),
        ("smtp", 62, []),
    ],
)
def test_a_provider_that_tells_nothing(mailing_list, now, provider, minutes, found):
    quiet = an_issue_that_left(mailing_list, at=now, readers=[{}], provider=provider)
    count_issue(quiet, now=now)
    assert kinds(now + minutes * MINUTE) == found


def test_too_much_that_comes_back_when_there_is_nothing_left_to_pause(dispatch, now):
    IssueCount.objects.update(warning="2 van de 3 lezers meldden spam.")
    [cause] = causes(now)
    assert cause.words.endswith("2 van de 3 lezers meldden spam.")


@pytest.mark.parametrize(
    ("state", "hours", "found"),
    [("new", 24, ["mistake"]), ("new", 23, []), ("looking", 99, [])],
)
def test_a_mistake_that_nobody_looks_at(db, now, state, hours, found):
    mail = ReaderMail.objects.create(key="a", way="form", received_at=now)
    MistakeReport.objects.create(reader_mail=mail, state=state, created_at=now)
    assert kinds(now + timedelta(hours=hours)) == found


# --- Who is told ---


@pytest.fixture
def people(db):
    for name, role in (("els", "Redactie"), ("jan", "Uitgever"), ("mo", "Beheer")):
        person = UserFactory(username=name, email=f"{name}@example.nl")
        person.groups.add(role_of(role))


def mails():
    told = OutgoingMail.objects.order_by("pk").values_list("to_address", "subject")
    return [(address.partition("@")[0], subject) for address, subject in told]


def test_it_is_told_once_and_once_more_when_it_is_over(dispatch, people, now):
    late(dispatch, now)
    looks = [watch(now + minutes * MINUTE) for minutes in (5, 6, 7)]
    Dispatch.objects.update(state="sending")
    looks += [watch(now + minutes * MINUTE) for minutes in (8, 9, 10)]

    assert looks == [(1, 0), (0, 0), (0, 0), (0, 0), (0, 1), (0, 0)]
    about = f"een editie begon niet ({dispatch.issue})"
    assert mails() == [
        ("jan", f"Kijk hiernaar: {about}"),
        ("mo", f"Kijk hiernaar: {about}"),
        ("jan", f"Weer in orde: {about}"),
        ("mo", f"Weer in orde: {about}"),
    ]
    page = reverse("admin:newsletter_issue_publish", args=[dispatch.issue_id])
    jans, mos, *_over = OutgoingMail.objects.order_by("pk")
    assert f"http://localhost:8000{page}" in jans.text
    # Beheer may not open an issue.
    assert reverse("admin:newsletter_alert_changelist") in mos.text


def test_what_comes_back_is_a_new_alert(dispatch, now):
    late(dispatch, now)
    watch(now + 5 * MINUTE)
    Dispatch.objects.update(state="paused")
    watch(now + 8 * MINUTE)
    late(dispatch, now)
    watch(now + 9 * MINUTE)
    assert [one.ended_at is None for one in Alert.objects.all()] == [True, False]


def test_what_comes_and_goes_within_two_minutes_is_one_alert(dispatch, now):
    late(dispatch, now)
    watch(now + 5 * MINUTE)
    Dispatch.objects.update(state="paused")
    watch(now + 6 * MINUTE)
    late(dispatch, now)
    watch(now + 7 * MINUTE)
    assert Alert.objects.get().ended_at is None


def test_what_readers_write_is_not_told_to_who_keeps_the_house(people, now):
    mail = ReaderMail.objects.create(key="a", way="form", received_at=now)
    MistakeReport.objects.create(reader_mail=mail, created_at=now)
    watch(now + timedelta(days=1))
    assert [name for name, _subject in mails()] == ["jan"]


def test_many_mistakes_that_wait_are_one_mail_a_day(people, now):
    for number in range(4):
        mail = ReaderMail.objects.create(key=str(number), way="form", received_at=now)
        MistakeReport.objects.create(
            reader_mail=mail, created_at=now + timedelta(days=number // 3)
        )
    began = [watch(now + timedelta(days=days))[0] for days in (1, 2)]
    MistakeReport.objects.update(state="looking")
    watch(now + timedelta(days=3))
    assert began == [3, 1]
    kinds_of_mail = [subject.partition(":")[0] for _name, subject in mails()]
    assert kinds_of_mail == ["Kijk hiernaar"] * 2 + ["Weer in orde"] * 2


def test_what_drops_out_of_sight_is_no_good_news(dispatch, people, now):
    IssueCount.objects.update(warning="Te veel.")
    watch(now)
    watch(now + timedelta(days=15))
    assert Alert.objects.get().ended_at
    assert len(mails()) == 2


def test_another_system_is_told_as_well_and_hears_no_name(dispatch, now):
    Listener.objects.create(name="Wacht", address="https://wacht.example/")
    late(dispatch, now)
    watch(now + 5 * MINUTE)
    told = json.loads(Notice.objects.get().body)
    assert told["type"] == "alert"
    assert (told["data"]["about"], told["data"]["state"]) == ("not_started", "began")
    assert told["data"]["issue"] == dispatch.issue.number


def test_the_front_page_tells_it_until_it_is_over(client, dispatch, now):
    IssueCount.objects.update(warning="Te veel kwam terug.")
    watch(now)
    assert "Te veel kwam terug." in front_page(client, "Redactie")
    Alert.objects.update(ended_at=now)
    assert "Te veel kwam terug." not in client.get(reverse("admin:index")).text


def test_who_keeps_the_house_sees_it_too(client, dispatch, now):
    Dispatch.objects.update(state="paused", pause_reason="Te veel kwam terug.")
    record_act("paused", dispatch, by=None, now=now)
    watch(now)
    assert "Te veel kwam terug." in front_page(client, "Beheer")
    page = client.get(reverse("admin:newsletter_alert_changelist"), {"stand": "open"})
    assert "Te veel kwam terug." in page.text
    page = client.get(reverse("admin:newsletter_alert_changelist"), {"stand": "over"})
    assert "Te veel kwam terug." not in page.text


def test_a_mistake_that_waits_is_told_on_the_front_page(client, mailing_list, now):
    mail = ReaderMail.objects.create(key="a", way="form", received_at=now)
    MistakeReport.objects.create(reader_mail=mail, created_at=now)
    watch(now + timedelta(days=1))
    log_in(client, "Redactie")
    page = client.get(reverse("admin:index")).text
    assert "1 foutmelding wacht langer dan een dag" in page


def test_looking_costs_little(dispatch, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        watch(now)


def test_the_clock_looks():
    assert tasks.look_for_trouble.name in [
        entry["task"] for entry in tasks.app.conf.beat_schedule.values()
    ]
