"""An import that is undone after its readers got an issue."""

from newsletter.delivery.mailed import who_was_mailed
from newsletter.delivery.models import Delivery, DeliveryException, Dispatch
from newsletter.rendering.models import Rendition
from subscribers.models import Subscription, SubscriptionState
from tests.factories import IssueFactory
from tests.subscribers.importing.lists import taken_in, undone

TWO = "email\nsanne@example.nl\njoep@example.nl\n"


def delivered(address, mailing_list, now, exception=""):
    issue = IssueFactory(mailing_list=mailing_list)
    rendition = Rendition.objects.create(
        issue=issue, number=1, issue_version=1, created_at=now
    )
    dispatch = Dispatch.objects.create(
        issue=issue,
        rendition=rendition,
        due_local="2026-11-29T08:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now,
        created_at=now,
    )
    reader = Subscription.objects.get(subscriber__address=address).subscriber
    Delivery.objects.create(dispatch=dispatch, subscriber=reader, exception=exception)


def test_who_got_an_issue_keeps_a_link_to_leave_by_and_gets_no_more(mailing_list, now):
    source = taken_in(TWO, mailing_list, now)
    delivered("sanne@example.nl", mailing_list, now)
    token = Subscription.objects.get(subscriber__address="sanne@example.nl").token

    undone(source, now)

    left = Subscription.objects.get()
    assert (left.token, left.state) == (token, SubscriptionState.PENDING)
    assert source.result == {"silenced": 1, "taken_out": 1}
    assert not Subscription.objects.mailable(now.date()).exists()


def test_who_was_skipped_got_nothing(mailing_list, now):
    taken_in(TWO, mailing_list, now)
    delivered("sanne@example.nl", mailing_list, now, DeliveryException.SKIPPED)

    assert not who_was_mailed(mailing_list).exists()
