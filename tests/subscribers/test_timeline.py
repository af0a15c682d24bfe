"""One reader at the desk: what happened, notes, tags."""

from datetime import timedelta

import pytest
from django.urls import reverse

from newsletter.delivery.models import Batch, Delivery, Dispatch, DispatchState
from newsletter.mistakes.models import ReaderMail
from newsletter.rendering.models import Rendition
from subscribers import consent
from subscribers.account import account_of
from subscribers.evidence import Evidence
from subscribers.models import (
    Consent,
    ConsentAct,
    Note,
    SuppressionReason,
    Tag,
)
from subscribers.notes import CannotNote, write_note
from subscribers.privacy import erase
from subscribers.suppression import lift, suppress
from subscribers.timeline import PAGE, person_of, timeline_of
from tests.factories import IssueFactory, SubscriptionFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of

SANNE = "sanne@example.nl"


@pytest.fixture
def place(mailing_list):
    return SubscriptionFactory.create(subscriber__address=SANNE)


@pytest.fixture
def sanne(place):
    return place.subscriber


@pytest.fixture
def service(client, db):
    return log_in(client, "Lezersservice", "service")


def page_of(subscriber):
    return reverse("admin:subscribers_subscriber_change", args=[subscriber.pk])


def sent_to(subscriber, now, **changes):
    """An issue that left, with one reader."""
    before = Delivery.objects.count()
    issue = IssueFactory.create(
        number=47 + before, publication_date=(now + timedelta(days=7 * before)).date()
    )
    rendition = Rendition.objects.create(
        issue=issue, number=1, issue_version=1, subject="Stilte", created_at=now
    )
    dispatch = Dispatch.objects.create(
        issue=issue,
        rendition=rendition,
        state=DispatchState.SENT,
        due_local="2026-11-29T08:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now,
        created_at=now,
        started_at=now,
    )
    batch = Batch.objects.create(
        dispatch=dispatch,
        number=1,
        rendition=rendition,
        state="done",
        not_before=now,
        idempotency_key=issue.uuid,
        size=1,
    )
    return Delivery.objects.create(
        dispatch=dispatch, batch=batch, subscriber=subscriber, **changes
    )


def titles(subscriber, page=1):
    return [one.title for one in timeline_of(person_of(subscriber), page)[0]]


def test_everything_that_happened_stands_in_one_row_newest_first(place, sanne, now):
    consent.unsubscribe(place, through="page", now=now)
    sent_to(sanne, now - timedelta(days=5), event="bounced", event_at=now)
    ReaderMail.objects.create(
        key="1",
        way="other",
        received_at=now + timedelta(hours=1),
        from_address="Sanne@example.nl",
        subject="Wat een fijne editie",
    )
    suppress(SANNE, SuppressionReason.HARD_BOUNCE, now + timedelta(hours=2))
    told = titles(sanne)

    assert told[:2] == ["geblokkeerd", "schreef ons: Wat een fijne editie"]
    assert told[2:] == [
        "trok de toestemming in · Rock jouw inbox",
        "Editie 47 · Rock jouw inbox: teruggekomen",
        "Editie 47 · Rock jouw inbox: teruggekomen",
    ]


def test_a_block_that_was_lifted_is_still_told(sanne, now):
    els = UserFactory.create()
    suppress(SANNE, SuppressionReason.STAFF, now, "belde", by=els)
    lift(SANNE, SuppressionReason.STAFF, now, by=els)

    assert titles(sanne) == ["blokkade opgeheven", "adres geblokkeerd"]


def test_a_long_story_is_told_in_pages(sanne, now):
    for number in range(PAGE + 3):
        Consent.objects.create(
            subscriber=sanne,
            act=ConsentAct.CHANGED,
            at=now + timedelta(minutes=number),
            channel=f"way {number}",
        )

    first, has_older = timeline_of(person_of(sanne))
    second, has_more = timeline_of(person_of(sanne), 2)

    assert (len(first), has_older) == (PAGE, True)
    assert [one.more[0] for one in second] == ["way 2", "way 1", "way 0"]
    assert not has_more


def test_the_page_of_a_reader_asks_the_database_little(
    client, service, place, sanne, now, django_assert_max_num_queries
):
    for _time in range(4):
        sent_to(sanne, now)
    consent.unsubscribe(
        place, through="page", evidence=Evidence(ip_address="192.0.2.7"), now=now
    )
    sanne.tags.add(Tag.objects.create(name="Ambassadeur"))
    client.get(page_of(sanne))

    with django_assert_max_num_queries(17):
        html = client.get(page_of(sanne)).content.decode()

    assert "192.0.2.7" in html


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999", "2"])
def test_a_page_that_is_none_is_no_error(client, service, sanne, page):
    assert client.get(page_of(sanne), {"bladzijde": page}).status_code == 200


def test_a_note_is_kept_in_a_colleagues_name(client, service, sanne):
    address = reverse("admin:subscribers_note_add", args=[sanne.pk])

    html = client.post(address, {"text": "Belde op.\nIs verhuisd."}, follow=True)

    note = Note.objects.get()
    assert (note.author, note.author_name) == (service, "service")
    assert "Is verhuisd." in html.content.decode()


@pytest.mark.parametrize("words", ["", " ", "a\x00b", "x" * 2001])
def test_a_note_that_cannot_be_kept_is_explained(client, service, sanne, words):
    address = reverse("admin:subscribers_note_add", args=[sanne.pk])
    answer = client.post(address, {"text": words}, follow=True)
    assert messages_of(answer)
    assert not Note.objects.exists()


def test_only_who_wrote_a_note_takes_it_away(client, service, sanne, now):
    theirs = write_note(sanne, "van Els", by=UserFactory(), now=now)
    own = write_note(sanne, "van mij", by=service, now=now)
    for note in (theirs, own):
        client.post(reverse("admin:subscribers_note_away", args=[note.pk]))
    assert list(Note.objects.values_list("text", flat=True)) == ["van Els"]


@pytest.mark.parametrize("role", ["Redactie", "Beheer"])
def test_who_does_not_help_readers_writes_no_notes(client, sanne, role):
    log_in(client, role, "ander")
    address = reverse("admin:subscribers_note_add", args=[sanne.pk])
    assert client.post(address, {"text": "x"}).status_code == 403


def test_nothing_is_noted_of_who_was_forgotten(sanne, now):
    els = UserFactory.create()
    write_note(sanne, "Belde op.", by=els, now=now)
    sanne.tags.add(Tag.objects.create(name="Ambassadeur"))
    erase(sanne, channel="admin", now=now)

    assert not Note.objects.exists()
    assert not sanne.tags.exists()
    with pytest.raises(CannotNote):
        write_note(sanne, "Toch nog.", by=els, now=now)


def test_readers_who_ask_see_what_was_noted_of_them(sanne, now):
    write_note(sanne, "Belde op.", by=UserFactory(), now=now)
    sanne.tags.add(Tag.objects.create(name="Ambassadeur"))

    (chapter,) = [one for one in account_of(sanne) if one.name == "notes"]

    assert [row.get("note") or row["tags"] for row in chapter.rows] == [
        "Belde op.",
        "Ambassadeur",
    ]


def saved(**fields):
    forms = ("TOTAL_FORMS", "INITIAL_FORMS")
    return {"first_name": "", **{f"subscriptions-{f}": "0" for f in forms}, **fields}


def test_a_tag_is_chosen_or_made_on_the_page_of_a_reader(client, service, sanne):
    known = Tag.objects.create(name="Ambassadeur")

    client.post(page_of(sanne), saved(tags=[known.pk], new_tag="Beurs 2026"))
    assert {tag.name for tag in sanne.tags.all()} == {"Ambassadeur", "Beurs 2026"}
    client.post(page_of(sanne), saved(new_tag="AMBASSADEUR"))

    assert [tag.name for tag in sanne.tags.all()] == ["Ambassadeur"]
    assert Tag.objects.count() == 2


def test_readers_are_found_by_their_tag(client, service, sanne):
    tag = Tag.objects.create(name="Ambassadeur")
    sanne.tags.add(tag)
    SubscriptionFactory.create(subscriber__address="joep@example.nl")

    answer = client.get(
        reverse("admin:subscribers_subscriber_changelist"), {"tags__id__exact": tag.pk}
    ).content.decode()

    assert SANNE in answer
    assert "joep@" not in answer
