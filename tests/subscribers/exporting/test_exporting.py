"""Taking readers out: a file that runs nothing, comes in again, and is on record."""

import csv
import io

import pytest
from django.urls import reverse

from newsletter.audit.models import AuditEntry
from subscribers.exporting.files import as_csv, as_sheet, shielded
from subscribers.importing.files import rows_of
from subscribers.models import Segment, Subscription, SuppressionReason
from subscribers.privacy import erase
from subscribers.suppression import suppress
from tests.factories import SubscriptionFactory
from tests.newsletter.admin.colleagues import log_in
from tests.subscribers.importing.lists import looked_through

URL = "admin:subscribers_export"


@pytest.fixture(autouse=True)
def publisher(client, mailing_list):
    return log_in(client, "Uitgever", "noor")


@pytest.fixture
def readers(mailing_list, now):
    def reader(address, name="", **traits):
        return SubscriptionFactory(
            mailing_list=mailing_list,
            subscriber__address=address,
            subscriber__first_name=name,
            **traits,
        )

    reader("sanne@example.nl", 'Zoë; de "Vries"')
    reader("+31612@example.nl", "=1+1")
    reader("weg@example.nl", unsubscribed=True)
    reader("wacht@example.nl", pending=True)
    reader("dicht@example.nl")
    suppress("dicht@example.nl", SuppressionReason.COMPLAINT, now)
    erase(reader("vergeten@example.nl").subscriber, channel="page", now=now)


def taken_out(client, mailing_list, **fields):
    fields = {
        "mailing_list": mailing_list.pk,
        "who": "everybody",
        "file_format": "csv",
    } | fields
    return client.post(reverse(URL), fields)


def content_of(answer):
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        (" =cmd|' /C calc'!A0", "' =cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+31612345678", "'+31612345678"),
        ("normal", "normal"),
        ("\t=1", "'\t=1"),
        ("\rx", "'\rx"),
        ("-1", "'-1"),
        ("=HYPERLINK(…)", "'=HYPERLINK(…)"),
    ],
)
def test_no_spreadsheet_runs_a_cell(cell, safe):
    assert shielded(cell) == safe


def test_everybody_is_in_the_file_but_who_was_erased(client, mailing_list, readers):
    answer = taken_out(client, mailing_list)

    text = content_of(answer).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert header[:3] == ["E-mailadres", "Voornaam", "Status"]
    assert [row[2] for row in rows] == [
        "bevestigd",
        "bevestigd",
        "afgemeld",
        "nog niet bevestigd",
        "geblokkeerd",
    ]
    assert rows[1][:2] == ["'+31612@example.nl", "'=1+1"]
    assert 'attachment; filename="zondag-' in answer["Content-Disposition"]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_what_was_taken_out_can_be_taken_in_as_it_is(
    client, mailing_list, now, readers, file_format
):
    content = content_of(taken_out(client, mailing_list, file_format=file_format))

    source = looked_through(content, mailing_list, now)

    assert source.report == {
        "known": 2,
        "unsubscribed": 1,
        "never_asked": 1,
        "suppressed": 1,
    }
    assert source.rows.filter(address="+31612@example.nl").exists()


@pytest.mark.parametrize("write", [as_csv, as_sheet])
def test_any_text_comes_back_the_same(tmp_path, write):
    rows = [["kop", "x"], ["Zoë <b>&amp;\"';", "regel\neen"], ["", "  twee  "]]
    path = tmp_path / "file"
    path.write_bytes(b"".join(write(rows)))

    assert list(rows_of(path, "")) == rows


def test_who_reads_along_are_the_confirmed(client, mailing_list, readers):
    text = content_of(taken_out(client, mailing_list, who="reading")).decode()

    assert "sanne@example.nl" in text
    assert "weg@example.nl" not in text


def test_a_segment_is_taken_out_by_itself(client, mailing_list, readers):
    segment = Segment.objects.create(
        mailing_list=mailing_list,
        name="Voorbeelden",
        conditions=[{"what": "domain", "value": "elders.nl"}],
    )
    answer = taken_out(client, mailing_list, segment=segment.pk)

    assert "sanne" not in content_of(answer).decode()


def test_the_page_of_a_segment_leads_to_its_file(client, mailing_list, readers):
    segment = Segment.objects.create(
        mailing_list=mailing_list,
        name="Iedereen",
        conditions=[{"what": "joined_within", "value": 30}],
    )
    page = reverse("admin:subscribers_segment_change", args=[segment.pk])
    led = f"{reverse(URL)}?segment={segment.pk}"
    assert led in client.get(page).text
    assert f'value="{segment.pk}" selected' in client.get(led).text
    for nonsense in ("x", "0", "9" * 40, "\0"):
        answer = client.get(reverse(URL), {"segment": nonsense})
        assert answer.status_code == 200


def test_it_is_on_record_who_took_how_many_out(client, mailing_list, readers):
    taken_out(client, mailing_list, who="reading")

    entry = AuditEntry.objects.get(act="subscribers exported")
    assert entry.actor_name == "noor"
    assert entry.details == {"who": "reading", "readers": 3, "format": "csv"}


def test_a_file_is_written_without_holding_all_of_it(mailing_list, readers):
    pieces = list(as_csv(["x" * 10] for _row in range(5000)))

    assert len(pieces) > 5
    assert Subscription.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("Redactie", 403), ("Beheer", 403)])
def test_only_who_looks_after_readers_takes_them_out(
    client, mailing_list, role, status
):
    log_in(client, role, role.lower())

    assert client.get(reverse(URL)).status_code == status
    assert taken_out(client, mailing_list).status_code == status


def test_a_choice_that_cannot_be_is_told(client, mailing_list):
    assert taken_out(client, mailing_list, file_format="pdf").status_code == 400
