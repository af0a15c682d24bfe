"""Watching an issue leave: who has it, who has not and why, in editors' words."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.publishing.approval import approve
from tests.factories import DispatchFactory, SubscriptionFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.publishing.issues import change, issue_in_order

SUNDAY = datetime(2026, 11, 29, 7, 0, 5, tzinfo=UTC)
NEVER_ON_SCREEN = ("batch", "rendition", "delivery", "rendering", "dispatch ")


@pytest.fixture
def dispatch(mailing_list, now):
    """One that began: three readers in groups of one."""
    mailing_list.group_size = 1
    mailing_list.save()
    issue = issue_in_order(mailing_list)
    for name in ("bob", "charlie"):
        SubscriptionFactory(
            mailing_list=mailing_list, subscriber__address=f"{name}@example.nl"
        )
    dispatch = DispatchFactory(issue=issue, created_at=now, pace_minutes=30)
    start(dispatch.pk, now=SUNDAY)
    dispatch.refresh_from_db()
    return dispatch


def shown(client, dispatch):
    address = reverse("admin:newsletter_dispatch_change", args=[dispatch.pk])
    return client.get(address).content.decode()


def text_of(html):
    shown = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    return " ".join(strip_tags(shown[shown.index('<div id="content') :]).split())


def people(client, dispatch, outcome):
    address = reverse("admin:newsletter_dispatch_people", args=[dispatch.pk, outcome])
    return client.get(address).content.decode()


def act(client, dispatch, act, method="post"):
    address = reverse("admin:newsletter_dispatch_act", args=[dispatch.pk, act])
    return getattr(client, method)(address, follow=True)


def test_the_page_begins_with_how_many_have_it(client, dispatch):
    log_in(client, "Redactie")
    dispatch.batches.filter(number=1).update(state=BatchState.DONE)

    html = shown(client, dispatch)

    assert "1 van 3 lezers heeft hem" in text_of(html)
    assert 'class="desk-bar-accepted" x="0" y="0" width="333"' in html


def test_the_page_looks_again_by_itself_while_it_moves_without_inline_script(
    client, dispatch
):
    log_in(client, "Redactie")
    moving = shown(client, dispatch)
    Dispatch.objects.update(state=DispatchState.PAUSED)
    paused = shown(client, dispatch)
    Dispatch.objects.update(state=DispatchState.SENT)
    still = shown(client, dispatch)

    assert 'src="/static/newsletter/sending.js"' in moving
    assert '<noscript><meta http-equiv="refresh"' in moving
    assert "sending.js" in paused
    assert "sending.js" not in still


def test_the_account_names_every_outcome_and_adds_up(client, dispatch):
    log_in(client, "Uitgever")
    Batch.objects.update(state=BatchState.DONE)
    first, second, _third = dispatch.deliveries.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(
        exception=DeliveryException.SKIPPED, reason="unsubscribed"
    )
    Delivery.objects.filter(pk=second.pk).update(exception=DeliveryException.UNKNOWN)

    text = text_of(shown(client, dispatch))

    told = ["Aangenomen", "Overgeslagen", "Onzeker", "Samen"]
    assert [words for words in told if words in text] == told
    assert re.search(r"begon\.? 3\b|abonnee was toen hij begon\.? 3|Samen .* 3\b", text)


@pytest.mark.parametrize("page", ["progress", "people", "stop", "publish"])
def test_words_of_the_machine_room_never_stand_on_the_screen(client, dispatch, page):
    log_in(client, "Uitgever")
    html = {
        "progress": lambda: shown(client, dispatch),
        "people": lambda: people(client, dispatch, "waiting"),
        "stop": lambda: act(client, dispatch, "stoppen", "get").content.decode(),
        "publish": lambda: client.get(
            reverse("admin:newsletter_issue_publish", args=[dispatch.issue_id])
        ).content.decode(),
    }[page]()

    text = text_of(html).lower()

    assert not [word for word in NEVER_ON_SCREEN if word in text]


def test_who_was_skipped_stands_in_a_list_with_the_reason(client, dispatch):
    log_in(client, "Uitgever")
    Delivery.objects.filter(subscriber__address="bob@example.nl").update(
        exception=DeliveryException.SKIPPED, reason="unsubscribed"
    )

    html = people(client, dispatch, "skipped")

    assert "bob@example.nl" in html
    assert "Op tijd afgemeld" in html
    assert "charlie@example.nl" not in html


def test_why_a_reader_was_refused_is_said_in_words(client, dispatch):
    log_in(client, "Uitgever")
    Delivery.objects.filter(subscriber__address="bob@example.nl").update(
        exception=DeliveryException.REJECTED, reason="SMTP 550"
    )

    html = people(client, dispatch, "rejected")

    assert "Deze mailbox bestaat niet" in html
    assert "SMTP" not in html


def test_one_reader_is_found_in_a_list(client, dispatch):
    log_in(client, "Uitgever")
    address = reverse("admin:newsletter_dispatch_people", args=[dispatch.pk, "waiting"])

    found = client.get(address, {"q": "BOB"}).content.decode()

    assert "bob@example.nl" in found
    assert "charlie@example.nl" not in found


def test_who_sees_a_part_of_each_address_cannot_search_in_the_whole(client, dispatch):
    log_in(client, "Redactie")
    address = reverse("admin:newsletter_dispatch_people", args=[dispatch.pk, "waiting"])

    found = client.get(address, {"q": "bob@example.nl"}).content.decode()

    assert "3 lezers" in found
    assert 'name="q"' not in found


def test_what_came_back_later_stands_apart_from_the_account(client, dispatch):
    log_in(client, "Uitgever")
    Batch.objects.update(state=BatchState.DONE)
    Delivery.objects.filter(subscriber__address="bob@example.nl").update(
        event="bounced"
    )

    text = text_of(shown(client, dispatch))

    assert "3 van 3 lezers hebben hem" in text
    assert re.search(r"Wat we later hoorden .* Teruggekomen .* 1\b", text)
    assert "bob@example.nl" in people(client, dispatch, "bounced")


def test_an_editor_sees_only_a_part_of_each_address(client, dispatch):
    log_in(client, "Redactie")

    html = people(client, dispatch, "waiting")

    assert "charlie@example.nl" not in html
    assert "c•••e@example.nl" in html


def test_a_list_that_does_not_exist_leads_back(client, dispatch):
    log_in(client, "Redactie")
    address = reverse("admin:newsletter_dispatch_people", args=[dispatch.pk, "alles"])

    assert client.get(address).status_code == 302


def test_an_editor_pauses_with_one_press_and_the_page_says_who(client, dispatch):
    log_in(client, "Redactie", "roos")

    answer = act(client, dispatch, "pauzeren")

    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.PAUSED
    assert "Gepauzeerd door Roos." in answer.content.decode()


def test_following_a_link_changes_nothing(client, dispatch):
    log_in(client, "Uitgever")

    for name in ("pauzeren", "hervatten", "stoppen"):
        act(client, dispatch, name, "get")

    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENDING


def test_a_publisher_goes_on_after_reading_to_how_many(client, dispatch):
    log_in(client, "Uitgever")
    act(client, dispatch, "pauzeren")

    asked = act(client, dispatch, "hervatten", "get").content.decode()
    act(client, dispatch, "hervatten")

    dispatch.refresh_from_db()
    assert "Krijgen hem nog 3 lezers" in text_of(asked)
    assert dispatch.state == DispatchState.SENDING


def test_stopping_says_who_keeps_it_and_spares_the_rest(client, dispatch):
    log_in(client, "Uitgever")
    dispatch.batches.filter(number=1).update(state=BatchState.DONE)

    asked = act(client, dispatch, "stoppen", "get").content.decode()
    answer = act(client, dispatch, "stoppen")

    assert "Hebben hem al 1 lezer" in text_of(asked)
    assert "Krijgen hem niet meer 2 lezers" in text_of(asked)
    assert "Niet meer verstuurd: 2." in messages_of(answer)
    assert "Niet verstuurd, omdat het gestopt is" in answer.content.decode()


def test_who_goes_on_is_warned_that_a_corrected_text_is_ready(client, dispatch):
    log_in(client, "Uitgever")
    act(client, dispatch, "pauzeren")
    change(dispatch.issue, subject="Zonder fout")
    approve(dispatch.issue, by=UserFactory.create(), now=SUNDAY)

    shown_now = text_of(shown(client, dispatch))
    asked = act(client, dispatch, "hervatten", "get").content.decode()

    assert "Verder met de verbeterde tekst…" in shown_now
    assert "krijgt de rest de oude tekst" in text_of(asked)


def test_a_bar_of_what_was_stopped_is_not_full_of_readers_who_have_it(client, dispatch):
    log_in(client, "Uitgever")
    dispatch.batches.filter(number=1).update(state=BatchState.DONE)

    html = act(client, dispatch, "stoppen").content.decode()

    assert 'class="desk-bar-accepted" x="0" y="0" width="333"' in html
    assert 'class="desk-bar-without"' in html


def test_a_second_press_on_stop_says_that_it_is_over(client, dispatch):
    log_in(client, "Uitgever")
    act(client, dispatch, "stoppen")

    answer = act(client, dispatch, "stoppen")

    assert answer.status_code == 200
    assert messages_of(answer)


def test_a_moment_that_was_taken_back_is_called_cancelled_not_stopped(client, dispatch):
    log_in(client, "Redactie")
    Dispatch.objects.update(state=DispatchState.CANCELLED, started_at=None)

    assert "Geannuleerd" in text_of(shown(client, dispatch))


def test_the_list_of_what_left_names_issue_and_subject(client, dispatch):
    log_in(client, "Redactie")

    html = client.get(reverse("admin:newsletter_dispatch_changelist")).content.decode()

    assert "Stilte op zondag" in html
    assert "onderweg" in html
