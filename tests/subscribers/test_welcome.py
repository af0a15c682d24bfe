"""The mail of welcome: once, after confirming, with the latest issue."""

from datetime import timedelta

import pytest

from newsletter.outbox.models import OutgoingMail
from subscribers import consent
from subscribers.links import unsubscribe_url
from subscribers.models import SuppressionReason
from subscribers.registry import LatestIssue, register_latest_issue
from subscribers.suppression import suppress
from tests.factories import SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def latest():
    from newsletter.delivery.latest import latest_issue

    issue = LatestIssue("Stilte & rust", "Drie manieren", "https://x.nl/edities/7/")
    register_latest_issue(lambda mailing_list: issue)
    yield issue
    register_latest_issue(latest_issue)


@pytest.fixture
def newcomer(mailing_list):
    return SubscriptionFactory.create(
        pending=True,
        mailing_list=mailing_list,
        subscriber=SubscriberFactory.create(
            address="sanne@example.nl", first_name="Sanne"
        ),
    )


def confirm(subscription, now):
    return consent.confirm(
        subscription, wording="Ja", channel="confirmation page", now=now
    )


def test_who_confirms_is_welcomed_by_name_with_the_latest_issue(newcomer, latest, now):
    confirm(newcomer, now)
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.purpose) == ("sanne@example.nl", "welcome")
    for part in (mail.text, mail.html):
        assert "Welkom, Sanne" in part
        assert latest.url in part
    assert "Stilte & rust" in mail.text
    assert "Stilte &amp; rust" in mail.html


def test_a_second_press_welcomes_nobody_twice(newcomer, now):
    confirm(newcomer, now)
    confirm(newcomer, now + timedelta(minutes=1))
    assert OutgoingMail.objects.count() == 1


def test_before_the_first_issue_there_is_nothing_to_read(newcomer, now):
    confirm(newcomer, now)
    assert "/edities/" not in OutgoingMail.objects.get().text


def test_a_welcome_can_be_left_with_one_press(newcomer, now):
    confirm(newcomer, now)
    mail = OutgoingMail.objects.get()
    assert mail.headers["List-Unsubscribe"] == f"<{unsubscribe_url(newcomer)}>"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert unsubscribe_url(newcomer) in mail.text


def test_a_newsletter_says_its_own_words_or_nothing_at_all(newcomer, mailing_list, now):
    mailing_list.welcome_words = "Fijn!\n\nZet de <thee> klaar."
    mailing_list.save()
    newcomer.refresh_from_db()
    confirm(newcomer, now)
    mail = OutgoingMail.objects.get()
    assert "Zet de <thee> klaar." in mail.text
    assert "Zet de &lt;thee&gt; klaar." in mail.html
    mailing_list.has_welcome_mail = False
    mailing_list.save()
    confirm(SubscriptionFactory.create(pending=True, mailing_list=mailing_list), now)
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("name", ["", "<b>Jan</b>", "Zoë"])
def test_any_name_is_greeted_as_it_was_typed(name, newcomer, now):
    newcomer.subscriber.first_name = name
    confirm(newcomer, now)
    mail = OutgoingMail.objects.get()
    assert mail.text.startswith(f"Welkom, {name}" if name else "Welkom\n")
    assert "<b>Jan" not in mail.html


def test_who_complained_meanwhile_gets_no_welcome(newcomer, now):
    suppress(newcomer.subscriber.address, SuppressionReason.COMPLAINT, now)
    assert confirm(newcomer, now)
    assert not OutgoingMail.objects.exists()
