"""What other systems are told, and that nobody's name or address is in it."""

import json

import pytest
from django.db import transaction

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.settling import finish_if_settled
from newsletter.hooks.models import Happening, Listener, Notice
from subscribers import consent
from subscribers.models import Subscription, SuppressionReason
from subscribers.suppression import suppress
from tests.factories import IssueFactory, MailingListFactory, SubscriptionFactory
from tests.newsletter.archive.test_searching import left

HOW = {"wording": "Ja", "channel": "page"}


@pytest.fixture
def crm(db):
    return Listener.objects.create(name="CRM", address="https://crm.example.nl/hook")


def told():
    return [json.loads(notice.body) for notice in Notice.objects.order_by("pk")]


def kinds():
    return [one["type"] for one in told()]


def test_who_signs_up_confirms_and_leaves_is_told_of(crm, now):
    mailing_list = MailingListFactory()
    consent.subscribe(
        mailing_list=mailing_list, address="sanne@example.nl", now=now, **HOW
    )
    place = Subscription.objects.get()
    consent.confirm(place, now=now, **HOW)
    consent.unsubscribe(place, through="one-click", now=now)
    place.refresh_from_db()
    consent.resubscribe(place, now=now, **HOW)
    assert kinds() == ["subscribed", "confirmed", "left", "confirmed"]
    assert told()[2]["data"] == {
        "subscriber": str(place.subscriber.uuid),
        "mailing_list": "zondag",
        "how": "one-click",
    }


def test_no_notice_holds_a_name_or_an_address(crm, now):
    place = SubscriptionFactory(
        subscriber__address="sanne@example.nl", subscriber__first_name="Sanne"
    )
    consent.unsubscribe(place, through="page", now=now)
    suppress("sanne@example.nl", SuppressionReason.HARD_BOUNCE, now)
    consent.erase(place.subscriber, channel="page", now=now)
    assert "anne" not in repr(list(Notice.objects.values()))


def test_what_changes_nothing_is_not_told(crm, now):
    place = SubscriptionFactory(unsubscribed=True)
    consent.unsubscribe(place, through="page", now=now)
    assert kinds() == []


def test_who_is_erased_leaves_every_list(crm, now):
    place = SubscriptionFactory()
    consent.erase(place.subscriber, channel="page", now=now)
    assert [one["data"]["how"] for one in told()] == ["erased"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (SuppressionReason.HARD_BOUNCE, ["bounced"]),
        (SuppressionReason.SOFT_BOUNCES, ["bounced"]),
        (SuppressionReason.COMPLAINT, ["complained"]),
        (SuppressionReason.STAFF, []),
    ],
)
def test_an_address_that_takes_no_mail_is_told_once(crm, now, reason, said):
    place = SubscriptionFactory()
    for _again in range(2):
        suppress(place.subscriber.address_hash, reason, now)
    assert kinds() == said


def test_an_issue_is_told_when_everybody_has_it_and_only_once(crm, now):
    dispatch = left(IssueFactory(number=7), now, state=DispatchState.SENDING)
    for _again in range(2):
        Dispatch.objects.update(state=DispatchState.SENDING)
        finish_if_settled(dispatch.pk, now=now)
    (one,) = told()
    assert one["data"] == {
        "mailing_list": "zondag",
        "number": 7,
        "url": "http://localhost:8000/edities/7/",
    }


def test_a_listener_hears_only_of_what_it_wants(crm, now):
    Listener.objects.update(happenings=[str(Happening.CONFIRMED)])
    consent.unsubscribe(SubscriptionFactory(), through="page", now=now)
    Listener.objects.update(happenings=[str(Happening.LEFT)], is_on=False)
    consent.unsubscribe(SubscriptionFactory(), through="page", now=now)
    assert kinds() == []


def test_an_act_that_is_taken_back_is_told_to_nobody(crm, now):
    place = SubscriptionFactory()

    class TakenBack(Exception):
        pass

    with pytest.raises(TakenBack), transaction.atomic():
        consent.unsubscribe(place, through="page", now=now)
        raise TakenBack
    assert kinds() == []


def test_who_may_not_be_mailed_is_not_told_of_when_they_sign_up(crm, now):
    suppress("sanne@example.nl", SuppressionReason.COMPLAINT, now)
    consent.subscribe(
        mailing_list=MailingListFactory(), address="sanne@example.nl", now=now, **HOW
    )
    assert kinds() == []


def test_an_issue_for_a_segment_is_told_to_nobody(crm, now):
    aim = {"segment": {"name": "Yoga"}}
    dispatch = left(IssueFactory(), now, state=DispatchState.SENDING, aim=aim)
    assert finish_if_settled(dispatch.pk, now=now)
    assert kinds() == []
