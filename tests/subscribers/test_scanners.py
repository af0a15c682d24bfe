"""Mail scanners open every link there is; only a person's press changes anything."""

import re

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from newsletter.outbox.models import OutgoingMail
from subscribers import consent, emails, moving, opening
from subscribers.links import unsubscribe_url
from subscribers.models import Subscription, SubscriptionState
from tests.factories import SubscriberFactory, SubscriptionFactory
from tests.subscribers.pages import everything, path_of

pytestmark = pytest.mark.django_db


def links_in(mail):
    """Every address of ours in a mail: in its text, its HTML and its headers."""
    said = [mail.text, *mail.headers.values()]
    found = {link for part in said for link in re.findall(r"http[^\s<>]+", part)}
    page = BeautifulSoup(mail.html, "html.parser")
    return found | {link["href"] for link in page.find_all("a", href=True)}


@pytest.fixture
def mails(mailing_list):
    """One of each kind of mail that we write to readers."""
    now = timezone.now()
    reader = SubscriptionFactory.create(
        mailing_list=mailing_list,
        subscriber=SubscriberFactory.create(address="sanne@example.nl"),
    )
    newcomer = SubscriptionFactory.create(mailing_list=mailing_list, pending=True)
    emails.ask_to_confirm(newcomer, consent.confirm_token(newcomer), now=now)
    emails.say_already_subscribed(reader, now=now)
    emails.welcome(reader, now=now)
    emails.say_address_in_use(reader, "els@example.nl", now=now)
    emails.tell_old_address(reader, "oud@example.nl", now=now)
    opening.mail_own_page("sanne@example.nl", mailing_list, now=now)
    moving.ask_to_move(reader, "nieuw@example.nl", now=now)
    return list(OutgoingMail.objects.all())


def test_a_scanner_that_opens_every_link_of_every_mail_twice_changes_nothing(
    client, mails
):
    links = {link for mail in mails for link in links_in(mail)}
    ours = sorted(link for link in links if link.startswith("http://localhost:8000"))
    assert len(mails) == 7
    assert len(ours) == 7
    before = everything()
    for link in ours * 2:
        for headers in ({}, {"Sec-Purpose": "prefetch"}, {"User-Agent": "Barracuda"}):
            assert client.get(path_of(link), headers=headers).status_code == 200, link
        assert client.head(path_of(link)).status_code == 200
    assert everything() == before


def test_after_the_scanner_the_person_can_still_do_it(client, mails):
    for mail in mails:
        for link in links_in(mail):
            client.get(path_of(link))
    (confirm,) = (one for one in mails if one.purpose == "confirm")
    (link,) = re.findall(r"http\S+/bevestigen/\S+", confirm.text)
    client.post(path_of(link))
    confirmed = Subscription.objects.filter(state=SubscriptionState.CONFIRMED)
    assert confirmed.count() == 2


def test_leaving_works_when_every_key_is_another_and_no_worker_runs(client, settings):
    subscription = SubscriptionFactory.create()
    link = path_of(unsubscribe_url(subscription))
    settings.LINK_KEYS = ["made after a burglary"]
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9"
    assert client.post(link).status_code == 200
    assert not Subscription.objects.mailable(timezone.localdate()).exists()
