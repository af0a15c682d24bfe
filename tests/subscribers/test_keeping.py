"""Nothing is kept for longer than it is needed."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command

from newsletter.checks import nothing_is_kept_too_shortly
from newsletter.events.models import ProviderEvent
from newsletter.mistakes.models import ReaderMail
from newsletter.outbox.models import OutgoingMail
from subscribers import consent
from subscribers.evidence import Evidence
from subscribers.keeping import let_go_of_everything, rules
from subscribers.lapsing import let_lapse
from subscribers.models import (
    Consent,
    ConsentAct,
    ConsentEvidence,
    PrivacyRequest,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)
from subscribers.story import places_unlike_their_record
from tests.factories import SubscriberFactory, SubscriptionFactory, UserFactory

pytestmark = pytest.mark.django_db
SANNE = "sanne@example.nl"


def sign_up(mailing_list, at, address=SANNE):
    consent.subscribe(
        mailing_list=mailing_list,
        address=address,
        wording="Ja.",
        channel="sign-up page",
        evidence=Evidence(ip_address="192.0.2.7"),
        now=at,
    )


def let_go(now, days):
    return let_go_of_everything(now + timedelta(days=days))


def test_a_sign_up_that_nobody_confirmed_leaves_no_address(mailing_list, now):
    sign_up(mailing_list, now)
    OutgoingMail.objects.all().delete()

    assert let_go(now, 29)["UNCONFIRMED"] == 0
    assert let_go(now, 31)["UNCONFIRMED"] == 1

    nobody = Subscriber.objects.get()
    assert (nobody.address, nobody.address_hash) == ("", "")
    assert not Subscription.objects.exists()
    assert not Suppression.objects.exists()
    acts = list(Consent.objects.values_list("act", flat=True))
    assert acts == [ConsentAct.REQUESTED, ConsentAct.LAPSED]


def test_who_asked_again_gets_the_time_again(mailing_list, now):
    sign_up(mailing_list, now)
    sign_up(mailing_list, now + timedelta(days=20))

    assert let_go(now, 40)["UNCONFIRMED"] == 0
    assert let_go(now, 51)["UNCONFIRMED"] == 1


def test_who_comes_back_later_begins_anew(mailing_list, now):
    sign_up(mailing_list, now)
    let_go(now, 31)
    sign_up(mailing_list, now + timedelta(days=60))

    place = Subscription.objects.get()
    assert (place.state, place.subscriber.address) == ("pending", SANNE)
    assert not places_unlike_their_record().exists()


def test_who_read_before_and_did_not_come_back_stays_known_to_have_left(
    mailing_list, now
):
    reader = SubscriptionFactory.create(
        mailing_list=mailing_list, subscriber__address=SANNE
    )
    consent.unsubscribe(reader, through="page", now=now)
    sign_up(mailing_list, now + timedelta(days=1))

    let_go(now, 40)

    reader.refresh_from_db()
    assert reader.state == SubscriptionState.UNSUBSCRIBED
    assert reader.subscriber.address == SANNE
    assert not places_unlike_their_record().exists()


def test_who_only_ever_left_stays_known_to_have_left(mailing_list, now):
    """Such as who came in as unsubscribed with a list, and was typed into a form."""
    sign_up(mailing_list, now - timedelta(days=1))
    consent.unsubscribe(Subscription.objects.get(), through="page", now=now)
    sign_up(mailing_list, now + timedelta(days=1))

    let_go(now, 40)

    assert Subscription.objects.get().state == SubscriptionState.UNSUBSCRIBED


def test_who_confirmed_in_time_stays(mailing_list, now):
    sign_up(mailing_list, now)
    place = Subscription.objects.get()
    consent.confirm(place, wording="Ja.", channel="page", now=now)

    assert not let_lapse(place.pk, now=now)
    let_go(now, 400)

    place.refresh_from_db()
    assert place.state == SubscriptionState.CONFIRMED
    assert Consent.objects.count() == 2


def test_network_addresses_are_gone_after_thirty_days_and_the_consent_stays(
    mailing_list, now
):
    sign_up(mailing_list, now)

    assert let_go(now, 29)["CONSENT_EVIDENCE"] == 0
    assert let_go(now, 30.5)["CONSENT_EVIDENCE"] == 1

    assert not ConsentEvidence.objects.exists()
    assert Consent.objects.exists()


def mail_of(now, **columns):
    return ReaderMail.objects.create(
        **{
            "key": "1",
            "way": "other",
            "state": "handled",
            "received_at": now,
            "from_address": SANNE,
            "text": "Dag",
            "raw": b"From: sanne",
        }
        | columns
    )


def test_reader_mail_is_emptied_two_years_after_it_was_handled(now):
    mail = mail_of(now)
    waiting = mail_of(now, key="2", state="new")

    assert let_go(now, 729)["READER_MAIL"] == 0
    assert let_go(now, 731)["READER_MAIL"] == 1

    for one in (mail, waiting):
        one.refresh_from_db()
    assert (mail.from_address, mail.text, mail.raw) == ("", "", None)
    assert waiting.text == "Dag"


def test_what_was_closed_long_ago_is_emptied_of_who_asked(now):
    request = PrivacyRequest.objects.create(
        kind="access",
        way="mail",
        received_on=now.date(),
        answer_by=now.date(),
        address=SANNE,
        subscriber=SubscriberFactory(),
        taken_in_at=now,
        taken_in_by="els",
        identity_checked_at=now,
        identity_how="Sanne belde",
        identity_by="els",
        closed_at=now,
        outcome="done",
        outcome_note="Sanne is tevreden",
    )
    assert let_go(now, 1824)["PRIVACY_REQUESTS"] == 0
    assert let_go(now, 1826)["PRIVACY_REQUESTS"] == 1
    request.refresh_from_db()
    assert (request.subscriber, request.address, request.outcome) == (None, "", "done")
    assert (request.identity_how, request.outcome_note) == ("…", "")
    assert let_go(now, 1827)["PRIVACY_REQUESTS"] == 0


def test_events_single_mails_and_saved_pages_are_let_go_of(mailing_list, now):
    ProviderEvent.objects.create(
        provider="mailgun", event_id="1", kind="bounced", received_at=now
    )
    sign_up(mailing_list, now)
    OutgoingMail.objects.update(state="accepted")
    LogEntry.objects.create(
        action_time=now, user=UserFactory.create(), object_repr=SANNE, action_flag=2
    )
    LogEntry.objects.update(action_time=now)

    gone = let_go(now, 401)

    assert {"PROVIDER_EVENTS", "OUTGOING_MAIL", "ADMIN_LOG"} <= {
        name for name, count in gone.items() if count == 1
    }
    assert set(let_go(now, 401).values()) == {0}


def printed(*options):
    told = StringIO()
    call_command("keep_no_longer_than_needed", *options, stdout=told)
    return told.getvalue()


def test_the_command_shows_first_and_acts_when_told_to(mailing_list, now):
    sign_up(mailing_list, now - timedelta(days=3000))

    assert "aanmeldingen die niemand bevestigde" in printed()
    assert Subscription.objects.exists()
    assert "All of that is gone." in printed("--really")
    assert not Subscription.objects.exists()


def test_an_installation_cannot_keep_less_than_it_needs(settings):
    assert nothing_is_kept_too_shortly(None) == []
    settings.KEEP_DAYS = {**settings.KEEP_DAYS, "UNCONFIRMED": 2}
    [error] = nothing_is_kept_too_shortly(None)
    assert "KEEP_UNCONFIRMED_DAYS" in str(error.hint)


def test_every_setting_has_its_rule(settings):
    assert {rule.setting for rule in rules()} == set(settings.KEEP_DAYS)
