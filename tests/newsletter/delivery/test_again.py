"""An issue once more, for a reader who asks."""

from datetime import timedelta

import pytest

from newsletter.delivery.again import issues_on_offer, send_again
from newsletter.delivery.models import Delivery, Dispatch
from newsletter.outbox.messages import message_of
from newsletter.outbox.models import OutgoingMail
from subscribers import choices, consent
from subscribers.limits import TooMany
from subscribers.links import preferences_url, unsubscribe_url
from subscribers.models import Subscription, SuppressionReason
from subscribers.suppression import suppress
from tests.factories import MailingListFactory, SubscriptionFactory


@pytest.fixture
def alice(dispatch, readers):
    return Subscription.objects.select_related("subscriber", "mailing_list").get(
        pk=readers[0].pk
    )


def ask(subscription, dispatch, now):
    return choices.have_issue_again(subscription, dispatch.issue.number, now=now)


def test_the_issue_comes_as_it_was_sent_with_what_is_the_readers_own(
    dispatch, alice, now
):
    assert ask(alice, dispatch, now)
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.subject) == (
        "alice@example.nl",
        dispatch.rendition.subject,
    )
    for part in (mail.text, mail.html):
        assert unsubscribe_url(alice) in part
        assert "\ue000" not in part
    assert mail.headers["List-Unsubscribe"] == f"<{unsubscribe_url(alice)}>"
    assert message_of(mail).body == mail.text


def test_asking_once_more_is_no_delivery_of_the_dispatch(dispatch, alice, now):
    before = list(Delivery.objects.values())
    ask(alice, dispatch, now)
    assert list(Delivery.objects.values()) == before


def test_five_times_in_a_day_is_enough(dispatch, alice, now):
    for minute in range(5):
        assert ask(alice, dispatch, now + timedelta(minutes=minute))
    with pytest.raises(TooMany):
        ask(alice, dispatch, now + timedelta(minutes=9))
    assert OutgoingMail.objects.count() == 5


def test_who_may_not_be_mailed_gets_nothing_again_either(dispatch, readers, now):
    alice, bob, charlie = Subscription.objects.select_related(
        "subscriber", "mailing_list"
    ).order_by("pk")
    consent.unsubscribe(alice, through="page", now=now)
    suppress(bob.subscriber.address, SuppressionReason.COMPLAINT, now)
    consent.erase(charlie.subscriber, channel="page", now=now)
    for one in (alice, bob, charlie):
        assert not ask(one, dispatch, now)
    assert not OutgoingMail.objects.exists()


def test_who_pauses_may_ask_for_one_issue(dispatch, alice, now):
    Subscription.objects.filter(pk=alice.pk).update(paused_until="2027-01-03")
    assert ask(alice, dispatch, now)


def test_an_issue_that_was_taken_back_or_is_anothers_is_not_sent(dispatch, alice, now):
    other = MailingListFactory(slug="rest", list_id="rest.example.nl")
    stranger = SubscriptionFactory(mailing_list=other)
    assert not send_again(stranger, dispatch.issue.number, now=now)
    Dispatch.objects.update(withdrawn_at=now)
    assert not send_again(alice, dispatch.issue.number, now=now)
    assert issues_on_offer(alice.mailing_list) == []


def test_a_reader_presses_on_their_own_page(client, dispatch, alice):
    own = preferences_url(alice).removeprefix("http://localhost:8000")
    assert dispatch.rendition.subject in client.get(own).text
    fields = {"act": "again", "issue": str(dispatch.issue.number)}
    answer = client.post(own, fields, follow=True)
    assert "nog eens naar je onderweg" in answer.text
    for _press in range(5):
        answer = client.post(own, fields, follow=True)
    assert "Vijf op een dag" in answer.text
    assert OutgoingMail.objects.count() == 5


@pytest.mark.parametrize("number", ["", "0", "999", "-1", "x", "²", "9" * 30])
def test_an_issue_that_is_not_there_is_refused(number, client, dispatch, alice):
    own = preferences_url(alice).removeprefix("http://localhost:8000")
    answer = client.post(own, {"act": "again", "issue": number})
    assert answer.status_code == 400
    assert not OutgoingMail.objects.exists()
