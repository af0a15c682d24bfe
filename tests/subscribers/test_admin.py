"""Helping a reader: find, understand, unsubscribe, block, forget."""

import pytest
from django.urls import reverse
from django.utils import timezone

from newsletter.audit.models import AuditEntry
from subscribers.addresses import address_hash
from subscribers.consent import subscribe
from subscribers.models import (
    Consent,
    ConsentAct,
    Subscriber,
    SubscriptionState,
    Suppression,
    SuppressionReason,
    Tag,
)
from subscribers.privacy import erase
from subscribers.suppression import suppress
from tests.factories import (
    MailingListFactory,
    SubscriberFactory,
    SubscriptionFactory,
)
from tests.newsletter.admin.colleagues import log_in, messages_of

LIST = "admin:subscribers_subscriber_changelist"


@pytest.fixture(autouse=True)
def service(client, db):
    return log_in(client, "Lezersservice", "service")


@pytest.fixture
def sanne(mailing_list):
    return SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="Sanne.Bos@example.nl"
    ).subscriber


def page(subscriber):
    return reverse("admin:subscribers_subscriber_change", args=[subscriber.pk])


def act(client, subscriber, name, **fields):
    address = reverse("admin:subscribers_subscriber_act", args=[subscriber.pk, name])
    return client.post(address, fields, follow=True)


def saved(first_name):
    forms = ("TOTAL_FORMS", "INITIAL_FORMS")
    return {
        "first_name": first_name,
        **{f"{kind}-{f}": "0" for kind in ("subscriptions", "consents") for f in forms},
    }


@pytest.mark.parametrize("part", ["sanne", "BOS@", "example.nl", "ne.bo"])
def test_a_reader_is_found_by_any_part_of_the_address(client, sanne, part):
    SubscriptionFactory(subscriber__address="joep@elders.nl")

    html = client.get(reverse(LIST), {"q": part}).content.decode()

    assert "Sanne.Bos@example.nl" in html
    assert "joep@elders.nl" not in html


def test_a_reader_of_two_newsletters_stands_once_among_who_reads(client, sanne):
    other = MailingListFactory(slug="week", list_id="week.nieuws.example.nl")
    SubscriptionFactory(mailing_list=other, subscriber=sanne)
    SubscriptionFactory(mailing_list=other, pending=True)

    asked = {"subscriptions__state__exact": "confirmed", "o": "1"}
    shown = client.get(reverse(LIST), asked).context["cl"]

    assert (list(shown.result_list), shown.result_count) == ([sanne], 1)


@pytest.mark.parametrize("is_found", [True, False])
def test_readers_are_found_by_state_list_and_tag_together(client, sanne, is_found):
    other = MailingListFactory(slug="week", list_id="week.nieuws.example.nl")
    wanted = sanne.subscriptions.get().mailing_list if is_found else other
    tag = Tag.objects.create(name="vip")
    tag.subscribers.add(sanne)
    asked = {
        "subscriptions__state__exact": "confirmed",
        "subscriptions__mailing_list__id__exact": wanted.pk,
        "tags__id__exact": tag.pk,
    }
    shown = client.get(reverse(LIST), asked).context["cl"]

    assert list(shown.result_list) == ([sanne] if is_found else [])


def test_a_list_that_is_none_finds_nobody_and_breaks_nothing(client, sanne):
    MailingListFactory(slug="week", list_id="week.nieuws.example.nl")
    asked = {"subscriptions__mailing_list__id__exact": "geen nummer"}

    assert client.get(reverse(LIST), asked).headers["Location"].endswith("?e=1")


def test_the_page_tells_what_someone_agreed_to_and_in_which_words(client, mailing_list):
    subscribe(
        mailing_list=mailing_list,
        address="noor@example.nl",
        wording="Ja, stuur mij elke zondag de mail.",
        channel="sign-up page",
        now=timezone.now(),
    )
    noor = Subscriber.objects.get()

    html = client.get(page(noor)).content.decode()

    assert "Ja, stuur mij elke zondag de mail." in html
    assert "nog niet bevestigd" in html


def test_what_someone_agreed_to_is_not_edited(client, sanne):
    html = client.get(page(sanne)).content.decode()

    assert 'name="subscriptions-0-state"' not in html
    assert 'name="address"' not in html


def test_a_corrected_name_is_put_on_record(client, sanne):
    client.post(page(sanne), saved("Sanneke"))

    sanne.refresh_from_db()
    assert sanne.first_name == "Sanneke"
    assert Consent.objects.get(subscriber=sanne).act == ConsentAct.CHANGED


def test_the_name_of_someone_who_was_forgotten_is_not_said_to_be_changed(
    client, sanne, now
):
    erase(sanne, channel="admin", now=now)

    answer = client.post(page(sanne), saved("Sanneke"), follow=True)

    sanne.refresh_from_db()
    assert sanne.first_name == ""
    assert "intussen vergeten" in messages_of(answer)
    assert "gewijzigd" not in messages_of(answer)


def test_a_name_that_nobody_is_greeted_by_is_not_said_to_be_changed(client):
    alone = SubscriberFactory.create(first_name="Bo")

    answer = client.post(page(alone), saved("Sanneke"))

    alone.refresh_from_db()
    assert alone.first_name == "Bo"
    assert "heeft geen abonnement" in answer.content.decode()


def test_unsubscribing_asks_first_and_ends_every_subscription(client, sanne):
    SubscriptionFactory(
        subscriber=sanne, mailing_list=MailingListFactory(slug="woensdag")
    )
    address = reverse("admin:subscribers_subscriber_act", args=[sanne.pk, "afmelden"])

    asked = client.get(address).content.decode()
    assert "krijgt geen nieuwsbrief van ons meer" in asked
    act(client, sanne, "afmelden")

    states = set(sanne.subscriptions.values_list("state", flat=True))
    assert states == {SubscriptionState.UNSUBSCRIBED}
    assert Consent.objects.filter(act=ConsentAct.WITHDRAWN).count() == 2


def test_blocking_takes_a_note_and_is_put_on_record(client, sanne, service):
    answer = act(client, sanne, "blokkeren", note="op eigen verzoek, telefonisch")

    row = Suppression.objects.get()
    assert (row.reason, row.note) == (
        SuppressionReason.STAFF,
        "op eigen verzoek, telefonisch",
    )
    assert AuditEntry.objects.get().actor == service
    assert "op eigen verzoek" in answer.content.decode()


def test_blocking_without_a_reason_asks_for_one(client, sanne):
    assert act(client, sanne, "blokkeren").status_code == 400
    assert not Suppression.objects.exists()


def test_forgetting_leaves_no_address_on_the_screen(client, sanne):
    answer = act(client, sanne, "vergeten")

    sanne.refresh_from_db()
    assert sanne.erased_at
    assert "bos@example.nl" not in answer.content.decode().lower()
    assert "gewiste abonnee" in answer.content.decode()


def test_an_address_we_do_not_know_can_be_blocked_too(client):
    client.post(
        reverse("admin:subscribers_suppression_add"),
        {"address": "nooit@example.nl", "note": "belde"},
    )

    row = Suppression.objects.get()
    assert row.address_hash == address_hash("nooit@example.nl")
    assert row.reason == SuppressionReason.STAFF


def test_an_address_that_is_none_is_refused_with_a_sentence(client):
    answer = client.post(
        reverse("admin:subscribers_suppression_add"), {"address": "nooit", "note": ""}
    )

    assert "lijkt geen e-mailadres" in answer.content.decode()
    assert not Suppression.objects.exists()


def test_blocking_twice_keeps_one_block(client):
    for _time in range(2):
        answer = client.post(
            reverse("admin:subscribers_suppression_add"),
            {"address": "nooit@example.nl", "note": "belde"},
        )
        assert answer.status_code == 302

    assert Suppression.objects.count() == 1


def test_a_blocked_address_is_found_by_the_whole_address(client, now):
    suppress("nooit@example.nl", SuppressionReason.COMPLAINT, now, "een")
    suppress("ook@example.nl", SuppressionReason.COMPLAINT, now, "twee")

    html = client.get(
        reverse("admin:subscribers_suppression_changelist"), {"q": "Nooit@example.nl"}
    ).content.decode()

    assert ">een<" in html
    assert ">twee<" not in html


def test_lifting_a_block_is_put_on_record(client, now):
    suppress("nooit@example.nl", SuppressionReason.STAFF, now)
    row = Suppression.objects.get()

    client.post(
        reverse("admin:subscribers_suppression_delete", args=[row.pk]), {"post": "yes"}
    )

    assert not Suppression.objects.exists()
    assert AuditEntry.objects.filter(act="suppression lifted").exists()


def test_a_list_is_changed_by_who_keeps_the_house(client, mailing_list):
    log_in(client, "Beheer", "beheer")
    address = reverse("admin:subscribers_mailinglist_change", args=[mailing_list.pk])

    html = client.get(address).content.decode()

    assert "Lindelaan 1, 1234 AB Deventer" in html
