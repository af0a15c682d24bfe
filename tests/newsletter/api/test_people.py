"""Looking people up, changing what they chose, reading issues and counts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.clients.models import Scope
from newsletter.rendering.models import Link
from subscribers.consent import erase
from subscribers.models import Consent, Segment, Subscription, Topic
from tests.factories import (
    ArticleFactory,
    IssueFactory,
    MailingListFactory,
    SubscriberFactory,
    SubscriptionFactory,
)
from tests.newsletter.archive.test_searching import left


@pytest.fixture
def place(db):
    return SubscriptionFactory(
        subscriber__address="sanne@example.nl", subscriber__first_name="Sanne"
    )


def of(place):
    return f"/subscribers/{place.subscriber.uuid}"


def test_a_person_is_found_by_address_however_it_is_typed(ask, place):
    told = ask("POST", "/subscribers/look-up", {"address": "SANNE@Example.nl"}).json()
    assert told["id"] == str(place.subscriber.uuid)
    assert told["first_name"] == "Sanne"
    (theirs,) = told["subscriptions"]
    assert (theirs["mailing_list"], theirs["state"]) == ("zondag", "confirmed")
    assert theirs["is_mailed"] is True
    assert ask("GET", of(place)).json() == told


def test_nobody_is_found_by_another_address(ask, place):
    for address in ("bob@example.nl", "geen adres"):
        answer = ask("POST", "/subscribers/look-up", {"address": address})
        assert answer.status_code == 404


def test_who_was_erased_is_nobody(ask, place, now):
    erase(place.subscriber, channel="page", now=now)
    assert ask("GET", of(place)).status_code == 404


def test_who_pauses_is_not_mailed(ask, place):
    until = timezone.localdate() + timedelta(days=3)
    Subscription.objects.update(paused_until=until)
    (theirs,) = ask("GET", of(place)).json()["subscriptions"]
    assert (theirs["is_mailed"], theirs["paused_until"]) == (False, until.isoformat())


def test_a_name_is_changed_and_what_is_left_out_stays(ask, place):
    answer = ask("PATCH", of(place), {"first_name": "Zoë"})
    place.subscriber.refresh_from_db()
    assert (answer.status_code, answer.content) == (204, b"")
    assert place.subscriber.first_name == "Zoë"
    assert Consent.objects.get().channel == "API: Site 0"


@pytest.mark.parametrize(
    "sent", [{"first_name": "http://x.nl"}, {"time_zone": "Mars/Base"}]
)
def test_what_a_reader_could_not_choose_cannot_be_changed(ask, place, sent):
    answer = ask("PATCH", of(place), sent)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == next(iter(sent))


def test_a_choice_is_changed(ask, place):
    topic = Topic.objects.create(mailing_list=place.mailing_list, name="Slaap")
    until = timezone.localdate() + timedelta(days=14)
    sent = {"topics": ["Slaap"], "rhythm": "months_best", "paused_until": f"{until}"}
    answer = ask("PATCH", f"{of(place)}/subscriptions/zondag", sent)
    place.refresh_from_db()
    assert answer.status_code == 204
    assert list(place.topics.all()) == [topic]
    assert (place.rhythm, place.paused_until) == ("months_best", until)


def test_nobody_is_signed_up_by_a_change(ask):
    place = SubscriptionFactory(unsubscribed=True)
    sent = {"rhythm": "months_best", "paused_until": "2030-01-01"}
    ask("PATCH", f"{of(place)}/subscriptions/zondag", sent)
    place.refresh_from_db()
    assert (place.state, place.rhythm) == ("unsubscribed", "every_issue")


def test_a_person_is_signed_off_by_id(ask, place):
    answer = ask("POST", f"{of(place)}/subscriptions/zondag/unsubscribe")
    place.refresh_from_db()
    assert (answer.status_code, place.state) == (204, "unsubscribed")


def test_an_earlier_id_or_address_leads_to_who_they_are_now(ask, place):
    earlier = SubscriberFactory(address="s@example.nl", merged_into=place.subscriber)
    told = ask("GET", f"/subscribers/{earlier.uuid}").json()
    assert told["id"] == str(place.subscriber.uuid)
    assert ask("POST", "/subscribers/look-up", {"address": "s@example.nl"}).json() == (
        told
    )


def test_a_person_is_signed_off_by_an_earlier_id(ask, place):
    earlier = SubscriberFactory(address="s@example.nl", merged_into=place.subscriber)
    ask("POST", f"/subscribers/{earlier.uuid}/subscriptions/zondag/unsubscribe")
    place.refresh_from_db()
    assert place.state == "unsubscribed"


def test_a_topic_that_is_none_tells_nobody_who_reads(ask, place):
    stranger = SubscriberFactory(address="bob@example.nl")
    answers = [
        ask("PATCH", f"/subscribers/{uuid}/subscriptions/zondag", {"topics": ["?"]})
        for uuid in (place.subscriber.uuid, stranger.uuid)
    ]
    assert [answer.status_code for answer in answers] == [422, 422]


def test_a_list_or_person_that_is_not_there_is_not_found(ask, place):
    for path in (f"{of(place)}/subscriptions/dossier", "/subscribers/x"):
        assert ask("PATCH", path, {}).status_code == 404


def test_whoever_may_only_change_does_not_learn_who_reads(ask_as, place):
    MailingListFactory(slug="dossier", name="Dossier")
    ask = ask_as(Scope.CHANGE)
    read, not_read = (
        ask("PATCH", f"{of(place)}/subscriptions/{slug}", {"rhythm": "months_best"})
        for slug in ("zondag", "dossier")
    )
    assert (read.status_code, read.content) == (not_read.status_code, b"")


def test_nothing_about_people_is_kept_on_the_way(ask, place):
    assert ask("GET", of(place))["Cache-Control"] == "no-store"
    assert ask("GET", "/subscribers/x")["Cache-Control"] == "no-store"


# --- Issues and segments ---


def test_issues_that_left_are_listed_the_newest_first(ask, now):
    for number in (1, 2):
        left(IssueFactory(number=number, publication_date=None), now)
    left(IssueFactory(number=3, publication_date=None), now, started_at=None)
    told = ask("GET", "/issues?mailing_list=zondag").json()
    assert [issue["number"] for issue in told["issues"]] == [2, 1]
    assert told["issues"][0]["url"] == "http://localhost:8000/edities/2/"
    assert told["next_page"] is None


def test_an_issue_tells_what_it_links_to(ask, now):
    dispatch = left(
        IssueFactory(number=7), now, text="Goedemorgen \ue000name_text\ue001,"
    )
    article = ArticleFactory(title="Rust")
    for position in (0, 1):
        Link.objects.create(
            rendition=dispatch.rendition,
            position=position,
            target="https://www.example.nl/rust",
            article=article,
        )
    told = ask("GET", "/issues/zondag/7").json()
    assert told["text"] == "Goedemorgen ,"
    assert told["pieces"] == [{"title": "Rust", "url": "https://www.example.nl/rust"}]


@pytest.mark.parametrize("number", [8, 10**30])
def test_an_issue_that_is_not_there_is_not_found(ask, mailing_list, number):
    assert ask("GET", f"/issues/zondag/{number}").status_code == 404


def test_a_segment_is_counted(ask, place):
    topic = Topic.objects.create(mailing_list=place.mailing_list, name="Slaap")
    place.topics.add(topic)
    Segment.objects.create(
        name="Slapers",
        mailing_list=place.mailing_list,
        conditions=[{"what": "chose_topic", "value": topic.pk}],
    )
    (told,) = ask("GET", "/segments").json()
    assert (told["name"], told["readers"], told["mailable"]) == ("Slapers", 1, 1)


def test_newsletters_are_named_with_their_topics(ask, mailing_list):
    Topic.objects.create(mailing_list=mailing_list, name="Slaap", promise="Zacht")
    (told,) = ask("GET", "/lists").json()
    assert told["mailing_list"] == "zondag"
    assert told["topics"] == [{"name": "Slaap", "promise": "Zacht"}]
