"""Quiet readers: asked once, kindly; let go of only when a publisher says so."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from newsletter.delivery.models import Delivery, Dispatch
from newsletter.mistakes.models import ReaderMail
from newsletter.outbox.models import OutgoingMail
from newsletter.rendering.models import Rendition
from subscribers import choices, consent, staying
from subscribers.models import (
    Consent,
    StayQuestion,
    StayRound,
    Subscription,
    SubscriptionState,
)
from subscribers.staying import CannotAsk
from subscribers.story import places_unlike_their_record
from tests.factories import IssueFactory, SubscriptionFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of

pytestmark = pytest.mark.django_db
YEARS_AGO = timedelta(days=900)


@pytest.fixture
def els():
    return UserFactory.create()


@pytest.fixture
def dispatch(mailing_list, now):
    issue = IssueFactory.create()
    rendition = Rendition.objects.create(
        issue=issue, number=1, issue_version=1, subject="Stilte", created_at=now
    )
    return Dispatch.objects.create(
        issue=issue,
        rendition=rendition,
        due_local="2026-11-29T08:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now,
        created_at=now,
        started_at=now,
    )


@pytest.fixture
def reader(dispatch, now):
    """Reads since long ago, as far as we know."""
    place = SubscriptionFactory.create(confirmed_at=now - YEARS_AGO)
    Delivery.objects.create(dispatch=dispatch, subscriber=place.subscriber)
    return place


def begin(mailing_list, els, now):
    return staying.begin(mailing_list, quiet_months=18, answer_weeks=4, by=els, now=now)


def quiet(mailing_list, now):
    return list(staying.quiet_readers(mailing_list, 18, now=now))


def stay_link():
    text = OutgoingMail.objects.get(purpose="stay").text
    (link,) = re.findall(r"http://\S+/blijven/\S+", text)
    return link.removeprefix("http://localhost:8000")


def test_who_was_mailed_and_not_heard_of_is_quiet(reader, mailing_list, now):
    SubscriptionFactory.create(confirmed_at=now - YEARS_AGO)
    assert quiet(mailing_list, now) == [reader]


def test_who_changed_something_is_not_quiet(reader, mailing_list, now):
    lately = now - timedelta(days=300)
    choices.change_name(reader, "Sanne", channel="page", now=lately)
    assert quiet(mailing_list, now) == []


def test_who_wrote_to_us_is_not_quiet(reader, mailing_list, now):
    ReaderMail.objects.create(
        key="1",
        way="reply",
        received_at=now - timedelta(days=300),
        from_address=reader.subscriber.address.upper(),
    )
    assert quiet(mailing_list, now) == []


def test_who_came_lately_or_left_is_not_quiet(reader, mailing_list, now):
    Subscription.objects.update(confirmed_at=now - timedelta(days=300))
    assert quiet(mailing_list, now) == []
    Subscription.objects.update(confirmed_at=now - YEARS_AGO)
    consent.unsubscribe(reader, through="page", now=now - YEARS_AGO)
    assert quiet(mailing_list, now) == []


def test_a_quiet_reader_gets_one_mail_that_says_how_to_stay_and_to_leave(
    reader, mailing_list, els, now
):
    begin(mailing_list, els, now)
    assert not OutgoingMail.objects.exists()

    for _time in range(2):
        staying.go_on(now)

    mail = OutgoingMail.objects.get()
    assert mail.to_address == reader.subscriber.address
    assert reader.token in mail.text
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert quiet(mailing_list, now) == []


def test_who_left_since_is_not_asked(reader, mailing_list, els, now):
    begin(mailing_list, els, now)
    consent.unsubscribe(reader, through="page", now=now)
    staying.go_on(now)
    assert not OutgoingMail.objects.exists()


def test_opening_the_link_changes_nothing_and_a_press_stays(
    client, reader, mailing_list, els, now
):
    begin(mailing_list, els, now)
    staying.go_on(now)
    link = stay_link()
    for _time in range(2):
        assert client.get(link).status_code == client.head(link).status_code == 200
    assert StayQuestion.objects.get().stayed_at is None

    for _time in range(2):
        assert "blijft" in client.post(link).content.decode()

    assert StayQuestion.objects.get().stayed_at
    assert Consent.objects.get().wording == "wants to stay"
    assert client.get(f"{link[:-3]}x/").status_code == 404


def test_who_left_is_not_told_that_they_stay(client, reader, mailing_list, els, now):
    begin(mailing_list, els, now)
    staying.go_on(now)
    consent.unsubscribe(reader, through="page", now=now)
    answer = client.post(stay_link())
    assert "al afgemeld" in answer.content.decode()
    reader.refresh_from_db()
    assert reader.state == SubscriptionState.UNSUBSCRIBED


def test_nobody_is_let_go_of_by_itself_or_too_soon(reader, mailing_list, els, now):
    asking = begin(mailing_list, els, now)
    staying.go_on(now)
    with pytest.raises(CannotAsk, match="nog niet voorbij"):
        staying.let_go(asking, by=els, now=now + timedelta(weeks=3))

    staying.go_on(now + timedelta(weeks=50))

    reader.refresh_from_db()
    assert reader.state == SubscriptionState.CONFIRMED


def test_who_did_not_answer_is_let_go_of_on_a_publishers_word(
    reader, mailing_list, els, now
):
    asking = begin(mailing_list, els, now)
    staying.go_on(now)
    later = now + timedelta(weeks=5)

    staying.let_go(asking, by=els, now=later)
    staying.go_on(later)

    reader.refresh_from_db()
    assert reader.state == SubscriptionState.UNSUBSCRIBED
    assert reader.unsubscribed_through == staying.UNANSWERED
    assert staying.standing(asking) == staying.Standing(1, 0, 0, 1)
    assert not places_unlike_their_record().exists()
    with pytest.raises(CannotAsk, match="sneller"):
        staying.let_go(asking, by=els, now=later)


@pytest.mark.parametrize("how", ["press", "page"])
def test_who_answered_in_any_way_stays(reader, mailing_list, els, now, how):
    asking = begin(mailing_list, els, now)
    staying.go_on(now)
    later = now + timedelta(weeks=5)
    if how == "press":
        staying.stay(StayQuestion.objects.get(), now=now)
    else:
        choices.pause(reader, weeks=2, channel="page", now=now + timedelta(days=1))

    staying.let_go(asking, by=els, now=later)
    staying.go_on(later)

    reader.refresh_from_db()
    assert reader.state == SubscriptionState.CONFIRMED


def test_a_publisher_counts_first_and_asks_with_a_second_press(
    client, reader, mailing_list
):
    log_in(client, "Uitgever", "uitgever")
    Subscription.objects.update(confirmed_at=timezone.now() - YEARS_AGO)
    address = reverse("admin:subscribers_stay_begin")
    fields = {
        "mailing_list": mailing_list.pk,
        "quiet_months": 18,
        "answer_weeks": 4,
    }

    counted = client.get(address, fields).content.decode()
    assert "1 lezer is al zo lang stil" in counted
    assert not StayRound.objects.exists()
    client.post(address, fields)
    again = client.post(address, fields)

    assert again.status_code == 400
    assert "Niemand was zo lang stil" in again.content.decode()
    asking = StayRound.objects.get()
    early = client.post(
        reverse("admin:subscribers_stay_let_go", args=[asking.pk]), follow=True
    )
    assert "nog niet voorbij" in messages_of(early)


@pytest.mark.parametrize("wrong", [{"quiet_months": 1}, {"answer_weeks": "x"}, {}])
def test_a_question_that_cannot_be_is_explained(client, mailing_list, wrong):
    log_in(client, "Uitgever", "uitgever")
    fields = {"quiet_months": 18, "answer_weeks": 4, **wrong}
    answer = client.post(reverse("admin:subscribers_stay_begin"), fields)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()


def test_only_a_publisher_asks(client, db):
    log_in(client, "Lezersservice", "service")
    address = reverse("admin:subscribers_stay_begin")
    assert client.get(address).status_code == client.post(address).status_code == 403


def test_nobody_is_asked_once_it_has_ended(reader, mailing_list, els, now):
    asking = staying.begin(
        mailing_list, quiet_months=18, answer_weeks=4, by=els, now=now
    )
    after = now + timedelta(weeks=5)
    staying.let_go(asking, by=els, now=after)
    staying.go_on(after)
    staying.go_on(after)
    assert not OutgoingMail.objects.exists()
    assert Subscription.objects.get().state == SubscriptionState.CONFIRMED
