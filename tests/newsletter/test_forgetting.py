"""After erasing, an address stands nowhere: the whole database is searched."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from newsletter.events.calls import keep_call
from newsletter.mistakes.reporting import Remark, take_in
from newsletter.outbox.sending import send_due
from subscribers import choices, consent, moving, privacy_requests
from subscribers.addresses import address_hash
from subscribers.evidence import Evidence
from subscribers.models import (
    AddressChange,
    Import,
    ImportRow,
    PrivacyRequest,
    Subscription,
    Suppression,
    Tag,
)
from subscribers.notes import write_note
from tests.factories import UserFactory

OLD, NEW = "sanneke.bos@example.nl", "sanneke@elders.example"
NAMES = re.compile(rb"sanneke|192\.0\.2\.77", re.IGNORECASE)


def places_naming_them():
    """Return each column of each table in which address, name or network stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 (a table of ours)
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    held = (
                        value if isinstance(value, bytes | memoryview) else str(value)
                    )
                    raw = bytes(held) if not isinstance(held, str) else held.encode()
                    if NAMES.search(raw):
                        found.add(f"{table}.{column}")
    return found


@pytest.fixture
def place(mailing_list, now):
    """A reader who did everything there is to do."""
    evidence = Evidence(ip_address="192.0.2.77", user_agent="Sanneke's browser")
    consent.subscribe(
        mailing_list=mailing_list,
        address=OLD,
        first_name="Sanneke",
        wording="Ja.",
        channel="sign-up page",
        evidence=evidence,
        now=now,
    )
    place = Subscription.objects.get()
    consent.confirm(place, wording="Ja.", channel="page", evidence=evidence, now=now)
    choices.change_name(place, "Sanneke B.", channel="page", now=now)
    moving.ask_to_move(place, NEW, now=now)
    moving.move(AddressChange.objects.get(), channel="own data page", now=now)
    place.subscriber.refresh_from_db()
    return place


def tell(client, place, now):
    """Let the rest of the house hear of them as well."""
    els = UserFactory.create(is_superuser=True)
    write_note(place.subscriber, f"{NEW} belde: Sanneke is boos.", by=els, now=now)
    place.subscriber.tags.add(Tag.objects.create(name="Ambassadeur"))
    take_in(
        Remark(
            key="1",
            way="other",
            text="Dag, Sanneke hier.",
            subject="Van Sanneke",
            from_name="Sanneke Bos",
            from_address=NEW.upper(),
            raw=f"From: {NEW}".encode(),
        ),
        now=now,
    )
    take_in(
        Remark(
            key="2", way="other", text="Hier Sanneke, van vroeger.", from_address=OLD
        ),
        now=now,
    )
    request = PrivacyRequest(
        kind="erasure",
        way="mail",
        received_on=now.date(),
        address=NEW,
        name="Sanneke Bos",
        asked="Vergeet Sanneke.",
    )
    privacy_requests.take_in(request, by=els, now=now)
    privacy_requests.check_identity(request, "Sanneke gebeld", by=els, now=now)
    source = Import.objects.create(
        mailing_list=place.mailing_list, file_name="lijst.csv", created_at=now
    )
    for number, address in enumerate((OLD, NEW)):
        ImportRow.objects.create(
            source=source,
            number=number,
            line=number,
            address=address,
            address_key=address,
            address_hash=address_hash(address),
            first_name="Sanneke",
            uuid=uuid4(),
            token=f"row {number}",
        )
    keep_call("mailjet", {}, f'["{NEW}", "bob@example.nl"]'.encode(), now=now)
    client.force_login(els)
    client.post(
        reverse("admin:subscribers_subscriber_change", args=[place.subscriber_id]),
        {
            "first_name": "Sanneke",
            "subscriptions-TOTAL_FORMS": "0",
            "subscriptions-INITIAL_FORMS": "0",
        },
    )
    return request, els


@pytest.mark.django_db
def test_who_is_forgotten_stands_in_no_column_of_the_database(client, place, now):
    request, els = tell(client, place, now)
    assert len(places_naming_them()) > 12

    privacy_requests.forget_as_asked(request, "Gewist.", by=els, now=now)
    # The answer itself is the last mail that names them, and is empty once it left.
    send_due(timezone.now())

    assert places_naming_them() == set()
    assert Suppression.objects.filter(address_hash=address_hash(NEW)).exists()
