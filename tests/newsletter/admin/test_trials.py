"""Asking for a test, and seeing who got which version."""

from uuid import uuid4

import pytest
from django.urls import reverse

from newsletter.delivery.trial_group import GroupMember
from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from tests.factories import MailingListFactory
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.publishing.issues import change, issue_in_order


@pytest.fixture
def issue(mailing_list):
    return issue_in_order(mailing_list)


@pytest.fixture
def roos(client, db):
    return log_in(client, "Redactie", "roos")


@pytest.fixture
def group(mailing_list):
    return GroupMember.objects.create(
        mailing_list=mailing_list, name="iPhone van Els", address="p@example.nl"
    )


def trial(issue):
    return reverse("admin:newsletter_issue_trial", args=[issue.pk])


def publish(client, issue):
    return client.get(reverse("admin:newsletter_issue_publish", args=[issue.pk])).text


def test_a_test_to_oneself_stands_on_the_page_with_its_version(client, roos, issue):
    answer = client.post(trial(issue), {"to": "me"}, follow=True)

    assert "De testmail is onderweg" in messages_of(answer)
    assert "Versie 1," in answer.text
    assert "Roos (zonder voornaam)" in answer.text


def test_a_version_that_was_changed_since_says_so(client, roos, issue):
    client.post(trial(issue), {"to": "me"})
    change(issue, subject="Toch anders")

    assert "sindsdien gewijzigd" in publish(client, issue)


def test_the_group_gets_it_once_for_one_press(client, roos, issue, group):
    press = {"to": "group", "press": str(uuid4())}
    first = client.post(trial(issue), press, follow=True)
    second = client.post(trial(issue), press, follow=True)

    assert "Er is 1 proefmail onderweg" in messages_of(first)
    assert "heeft hem al" in messages_of(second)
    assert OutgoingMail.objects.count() == 1


def test_without_a_group_the_page_leads_to_making_one(client, roos, issue):
    html = publish(client, issue)

    assert "Maak een proefgroep" in html
    assert 'value="group"' not in html
    refused = client.post(trial(issue), {"to": "group"}, follow=True)
    assert "Zet er iemand in" in messages_of(refused)


def test_a_mail_that_did_not_arrive_is_told(client, roos, issue, group):
    client.post(trial(issue), {"to": "group", "press": "geen"})
    OutgoingMail.objects.update(state=OutgoingMailState.FAILED)

    assert "niet aangekomen" in publish(client, issue)


def test_an_editor_keeps_the_group(client, roos, mailing_list):
    address = reverse("admin:newsletter_groupmember_add")
    row = {"mailing_list": mailing_list.pk, "name": "Gmail", "address": "g@example.nl"}

    client.post(address, row)

    assert GroupMember.objects.get().name == "Gmail"
    assert (
        "Gmail" in client.get(reverse("admin:newsletter_groupmember_changelist")).text
    )


def test_a_house_with_one_newsletter_is_not_asked_which(client, roos, mailing_list):
    html = client.get(reverse("admin:newsletter_groupmember_add")).text
    assert 'type="hidden" name="mailing_list"' in html

    MailingListFactory.create(slug="maandag", list_id="maandag.example.nl")

    html = client.get(reverse("admin:newsletter_groupmember_add")).text
    assert '<select name="mailing_list"' in html


def test_the_page_of_the_group_says_what_it_is_for(client, roos, mailing_list):
    html = client.get(reverse("admin:newsletter_groupmember_changelist")).text

    assert "die een proefmail krijgen" in html


def test_somebody_else_does_not_see_the_group_nor_sends(client, issue):
    log_in(client, "Lezersservice", "lies")

    assert client.post(trial(issue), {"to": "me"}).status_code == 403
    address = reverse("admin:newsletter_groupmember_changelist")
    assert client.get(address).status_code == 403
