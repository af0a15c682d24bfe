"""A bad Sunday: a wrong link, a wrong text, or an issue that has to go."""

import pytest
from django.urls import reverse

from newsletter.audit.models import AuditEntry
from newsletter.delivery.control import pause
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.publishing.approval import approve
from newsletter.publishing.trouble import corrected_rendition
from newsletter.rendering.models import Link
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.admin.test_dispatches import (
    SUNDAY,
    dispatch,  # noqa: F401 (fixture)
    text_of,
)


def page(client, dispatch, name, **data):  # noqa: F811
    address = reverse(f"admin:newsletter_dispatch_{name}", args=[dispatch.pk])
    if data:
        return client.post(address, data, follow=True)
    return client.get(address)


@pytest.fixture
def link(dispatch):  # noqa: F811
    return Link.objects.create(
        rendition=dispatch.rendition,
        position=900,
        target="https://example.nl/fuot",
        label="Lees verder",
    )


def test_every_choice_says_what_it_does(client, dispatch):  # noqa: F811
    log_in(client, "Uitgever")
    words = text_of(page(client, dispatch, "er_is_iets_mis").content.decode())
    for heading in (
        "Een link klopt niet",
        "De tekst klopt niet",
        "Deze editie moet weg",
    ):
        assert heading in words


def test_an_editor_is_not_offered_what_only_a_publisher_may(
    client,
    dispatch,  # noqa: F811
):
    log_in(client, "Redactie")
    html = page(client, dispatch, "er_is_iets_mis").content.decode()
    assert "/link/" in html
    assert "/weg/" not in html
    assert page(client, dispatch, "weg").status_code == 403


def test_who_holds_it_first_stays_on_the_page_of_trouble(client, dispatch):  # noqa: F811
    log_in(client, "Redactie")
    assert "Pauzeer hem eerst" in text_of(
        page(client, dispatch, "er_is_iets_mis").content.decode()
    )
    pause_now = reverse("admin:newsletter_dispatch_act", args=[dispatch.pk, "pauzeren"])
    answer = client.post(pause_now, {"back": "er_is_iets_mis"}, follow=True)
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.PAUSED
    assert "Er is iets mis" in text_of(answer.content.decode())


# --- A wrong link ---


def test_a_mended_link_leads_everyone_to_the_right_page(
    client,
    dispatch,  # noqa: F811
    link,
):
    log_in(client, "Redactie")
    page(client, dispatch, "link", link=link.pk, target="https://example.nl/goed")
    answer = client.get(reverse("link", args=[link.token]))
    assert answer["Location"] == "https://example.nl/goed"


def test_who_mended_a_link_is_on_record(client, dispatch, link):  # noqa: F811
    log_in(client, "Redactie")
    page(client, dispatch, "link", link=link.pk, target="https://example.nl/goed")
    act = AuditEntry.objects.get(act="link mended")
    assert act.details == {
        "before": "https://example.nl/fuot",
        "after": "https://example.nl/goed",
    }


@pytest.mark.parametrize(
    "target",
    [
        "geen adres",
        "ftp://example.nl/x",
        "javascript:alert(1)",
        "http://127.0.0.1/x",
        "http://10.0.0.4/x",
        "http://intranet/x",
        "https://krant.local/x",
        "https://example.nl/\u202egoed",
        "https://example.nl/" + "a" * 2000,
        "https://example.nl/fuot",
    ],
)
def test_a_link_is_not_mended_into_another_mistake(
    client,
    dispatch,  # noqa: F811
    link,
    target,
):
    log_in(client, "Redactie")
    page(client, dispatch, "link", link=link.pk, target=target)
    link.refresh_from_db()
    assert link.target == "https://example.nl/fuot"


def test_what_was_typed_stays_where_it_was_refused(client, dispatch, link):  # noqa: F811
    log_in(client, "Redactie")
    answer = page(client, dispatch, "link", link=link.pk, target="example.nl/goed")
    assert 'value="example.nl/goed"' in answer.content.decode()


def test_a_link_of_another_issue_is_not_found_here(
    client,
    dispatch,  # noqa: F811
    link,
):
    log_in(client, "Redactie")
    answer = page(client, dispatch, "link", link=link.pk + 1, target="https://x.nl/")
    assert answer.status_code == 404


# --- A wrong text ---


def test_the_rest_gets_the_text_that_was_approved_while_it_was_paused(
    client,
    dispatch,  # noqa: F811
):
    log_in(client, "Uitgever")
    Batch.objects.filter(number=1).update(state=BatchState.DONE)
    page(client, dispatch, "tekst", hold="1")
    issue = dispatch.issue
    issue.refresh_from_db()
    issue.subject = "Zonder fout"
    issue.version += 1
    issue.save()
    approve(issue, by=UserFactory.create(), now=SUNDAY)
    answer = page(client, dispatch, "tekst", go="1")
    assert "2 lezers" in messages_of(answer)
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENDING
    assert dispatch.rendition.subject == "Zonder fout"
    subjects = Batch.objects.order_by("number").values_list(
        "rendition__subject", flat=True
    )
    assert list(subjects)[1:] == ["Zonder fout", "Zonder fout"]
    assert next(iter(subjects)) != "Zonder fout"


def test_without_a_newer_text_nothing_is_corrected(client, dispatch):  # noqa: F811
    log_in(client, "Uitgever")
    pause(dispatch, reason="", by=UserFactory.create(), now=SUNDAY)
    assert corrected_rendition(dispatch) is None
    page(client, dispatch, "tekst", go="1")
    assert Dispatch.objects.get().state == DispatchState.PAUSED


def test_the_file_of_who_has_which_is_harmless_in_a_spreadsheet(
    client,
    dispatch,  # noqa: F811
):
    log_in(client, "Uitgever")
    dispatch.deliveries.first().subscriber.__class__.objects.filter(
        address="bob@example.nl"
    ).update(address="=cmd@example.nl")
    address = reverse("admin:newsletter_dispatch_wie_heeft_welke", args=[dispatch.pk])
    answer = client.get(address, {"csv": "1"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 4
    assert any(line.startswith("'=cmd@example.nl") for line in lines)


def test_an_editor_gets_no_file_with_addresses(client, dispatch):  # noqa: F811
    log_in(client, "Redactie")
    address = reverse("admin:newsletter_dispatch_wie_heeft_welke", args=[dispatch.pk])
    assert client.get(address).status_code == 200
    assert client.get(address, {"csv": "1"}).status_code == 403


# --- It has to go ---


def test_a_withdrawn_issue_stops_and_its_page_is_gone(client, dispatch):  # noqa: F811
    log_in(client, "Uitgever")
    web = reverse("issue", args=[dispatch.issue.number])
    assert client.get(web).status_code == 200
    page(client, dispatch, "weg", yes="1")
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.CANCELLED
    gone = client.get(web)
    assert gone.status_code == 410
    assert "teruggehaald" in gone.content.decode()
    assert (
        str(dispatch.rendition.subject) not in client.get("/edities/").content.decode()
    )


def test_a_withdrawn_issue_can_be_shown_again(client, dispatch):  # noqa: F811
    log_in(client, "Uitgever")
    page(client, dispatch, "weg", yes="1")
    page(client, dispatch, "terug", yes="1")
    web = reverse("issue", args=[dispatch.issue.number])
    assert client.get(web).status_code == 200
    assert Dispatch.objects.get().state == DispatchState.CANCELLED


def test_an_issue_that_was_sent_whole_can_be_withdrawn(client, dispatch):  # noqa: F811
    log_in(client, "Uitgever")
    Batch.objects.update(state=BatchState.DONE)
    Dispatch.objects.update(state=DispatchState.SENT)
    page(client, dispatch, "weg", yes="1")
    dispatch.refresh_from_db()
    assert dispatch.withdrawn_at
    assert dispatch.state == DispatchState.SENT


# --- Pace, and the uncertain ---


def test_a_publisher_changes_the_pace_while_it_leaves(client, dispatch):  # noqa: F811
    log_in(client, "Uitgever")
    page(client, dispatch, "tempo", minutes="90")
    dispatch.refresh_from_db()
    assert dispatch.pace_minutes == 90


@pytest.mark.parametrize("minutes", ["-1", "721", "x", ""])
def test_an_impossible_pace_changes_nothing(client, dispatch, minutes):  # noqa: F811
    log_in(client, "Uitgever")
    before = dispatch.pace_minutes
    answer = page(client, dispatch, "tempo", minutes=minutes)
    dispatch.refresh_from_db()
    assert dispatch.pace_minutes == before
    assert "720" in messages_of(answer)


def test_only_a_publisher_sends_to_the_uncertain(client, dispatch):  # noqa: F811
    Batch.objects.filter(number=1).update(state=BatchState.UNKNOWN)
    Delivery.objects.filter(batch__number=1).update(exception=DeliveryException.UNKNOWN)
    log_in(client, "Redactie")
    assert page(client, dispatch, "onzeker", yes="1").status_code == 403
    log_in(client, "Uitgever", "petra")
    answer = page(client, dispatch, "onzeker", yes="1")
    assert "1" in messages_of(answer)
    assert not Delivery.objects.filter(exception=DeliveryException.UNKNOWN).exists()
