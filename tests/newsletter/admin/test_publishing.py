"""From the look over an issue to its moment, as a publisher presses through it."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from newsletter.admin.moments import typed_readers
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.blocks import CardBlock
from newsletter.publishing.approval import approve, latest_approval
from newsletter.publishing.models import Approval
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of, role_of
from tests.newsletter.admin.front_page import a_dispatch_that_left
from tests.newsletter.publishing.issues import change, issue_in_order

FRIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
SUNDAY = {"day": "2026-11-29", "time": "08:00"}


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def issue(mailing_list):
    return issue_in_order(mailing_list)


@pytest.fixture
def els(client, db):
    return log_in(client, "Uitgever")


def page(name, issue):
    return reverse(f"admin:newsletter_issue_{name}", args=[issue.pk])


def test_findings_lead_to_the_place_where_they_are_put_right(client, els, issue):
    issue.subject = "TK titel"
    issue.save()

    html = client.get(page("publish", issue)).content.decode()

    assert "1 ding moet eerst goed" in html
    assert reverse("admin:newsletter_issue_change", args=[issue.pk]) in html
    assert "#id_subject" in html


def test_the_menu_says_that_these_are_pages_of_an_issue(client, els, issue):
    html = client.get(page("publish", issue)).content.decode()

    issues = reverse("admin:newsletter_issue_changelist")
    assert f'<a href="{issues}" aria-current="page">' in html
    assert html.count('aria-current="page"') == 1


def test_an_issue_that_has_left_is_not_looked_over_any_more(client, els, issue):
    approve(issue, by=els, now=FRIDAY)
    client.post(page("schedule", issue), SUNDAY)
    assert "Alles is in orde" in client.get(page("publish", issue)).content.decode()
    Dispatch.objects.update(state=DispatchState.SENT)

    html = client.get(page("publish", issue)).content.decode()

    assert "Deze editie is vertrokken" in html
    assert "Alles is in orde" not in html


def test_a_yes_without_a_day_makes_a_reserve_and_says_so(client, els, issue):
    change(issue, publication_date=None)
    assert "Zonder dag is ze een reserve" not in client.get(page("publish", issue)).text
    approve(issue, by=els, now=FRIDAY)

    assert "Zonder dag is ze een reserve" in client.get(page("publish", issue)).text


def test_a_finding_on_a_page_one_may_not_open_has_no_link(client, els, issue):
    issue.mailing_list.postal_address = ""
    issue.mailing_list.save()

    html = client.get(page("publish", issue)).content.decode()

    assert "Het postadres ontbreekt" in html
    assert reverse("admin:subscribers_mailinglist_change", args=[1]) not in html


def test_an_editor_sees_the_page_but_no_buttons_of_the_publisher(client, issue):
    log_in(client, "Redactie", "roos")

    html = client.get(page("publish", issue)).content.decode()

    assert "Alles is in orde" in html
    assert page("approve", issue) not in html
    assert page("schedule", issue) not in html


def test_one_press_approves_what_is_on_the_screen(client, els, issue):
    answer = client.post(
        page("approve", issue), {"version": issue.version}, follow=True
    )

    assert latest_approval(issue) == Approval.objects.get(approved_by=els)
    assert "Els gaf op 27 november, 19:00 akkoord" in answer.content.decode()


def test_a_change_since_the_page_was_opened_is_not_approved(client, els, issue):
    seen = issue.version
    change(issue, subject="Iets anders dit keer")

    answer = client.post(page("approve", issue), {"version": seen}, follow=True)

    assert "intussen gewijzigd" in messages_of(answer)
    assert not Approval.objects.exists()


def test_nothing_is_approved_or_cancelled_by_following_a_link(client, els, issue):
    assert client.get(page("approve", issue)).status_code == 405
    assert client.get(page("cancel", issue)).status_code == 405


def test_scheduling_is_one_sentence_and_a_button_that_names_the_act(client, els, issue):
    approve(issue, by=els, now=FRIDAY)

    html = client.get(page("schedule", issue)).content.decode()

    assert "Zondag 29 november om 08:00 uur Nederlandse tijd naar 1 abonnee<" in html
    assert "Inplannen voor zondag 29 november, 08:00 uur</button>" in html


def test_the_press_schedules_and_a_second_press_changes_nothing(client, els, issue):
    approve(issue, by=els, now=FRIDAY)

    first = client.post(page("schedule", issue), SUNDAY, follow=True)
    second = client.post(page("schedule", issue), SUNDAY, follow=True)

    dispatch = Dispatch.objects.get()
    assert dispatch.due_at == datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
    assert messages_of(first) == messages_of(second)
    assert "Ingepland: Zondag 29 november" in messages_of(first)


def test_another_moment_is_shown_before_it_is_chosen(client, els, issue):
    approve(issue, by=els, now=FRIDAY)

    html = client.get(
        page("schedule", issue), {"day": "2026-11-30", "time": "07:30"}
    ).content.decode()

    assert "Maandag 30 november om 07:30 uur" in html
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize("moment", [{}, {"day": "gisteren", "time": "vroeg"}])
def test_a_moment_that_is_none_is_asked_again(client, els, issue, moment):
    approve(issue, by=els, now=FRIDAY)

    assert client.post(page("schedule", issue), moment).status_code == 400
    assert not Dispatch.objects.exists()


def test_a_moment_that_has_passed_offers_to_send_now(client, els, issue):
    approve(issue, by=els, now=FRIDAY)
    past = {"day": "2026-11-27", "time": "08:00"}

    html = client.get(page("schedule", issue), past).content.decode()
    answer = client.post(page("schedule", issue), past, follow=True)

    assert "Dit moment is voorbij" in html
    assert "Nu versturen?" in messages_of(answer)
    assert answer.redirect_chain[-1][0] == page("send_now", issue)


def test_without_a_yes_there_is_no_button_to_schedule(client, els, issue):
    html = client.get(page("schedule", issue)).content.decode()

    assert "nog geen akkoord" in html
    assert "Inplannen voor" not in html


def test_a_reserve_issue_may_be_given_a_moment(client, els, mailing_list):
    reserve = issue_in_order(mailing_list, publication_date=None)
    approve(reserve, by=els, now=FRIDAY)

    assert client.get(page("schedule", reserve)).status_code == 200
    client.post(page("schedule", reserve), SUNDAY)

    assert Dispatch.objects.get().issue == reserve


def test_sending_now_waits_five_minutes_and_can_be_taken_back(client, els, issue):
    approve(issue, by=els, now=FRIDAY)

    asked = client.get(page("send_now", issue)).content.decode()
    client.post(page("send_now", issue))
    taken_back = client.post(page("cancel", issue), follow=True)

    assert "Vrijdag 27 november om 19:00 uur" in asked
    assert Dispatch.objects.get().state == DispatchState.CANCELLED
    assert "Het akkoord blijft staan" in messages_of(taken_back)


def test_what_is_leaving_is_not_cancelled_but_paused(client, els, issue):
    approve(issue, by=els, now=FRIDAY)
    client.post(page("schedule", issue), SUNDAY)
    Dispatch.objects.update(state=DispatchState.SENDING)

    answer = client.post(page("cancel", issue), follow=True)

    assert "Pauzeer of stop" in messages_of(answer)


def test_what_has_no_moment_is_not_said_to_be_cancelled(client, els, issue):
    approve(issue, by=els, now=FRIDAY)

    answer = client.post(page("cancel", issue), follow=True)

    assert "Er valt niets te annuleren" in messages_of(answer)


def test_a_missed_moment_says_what_to_do(client, els, issue):
    approve(issue, by=els, now=FRIDAY)
    client.post(page("schedule", issue), SUNDAY)

    with time_machine.travel(datetime(2026, 11, 29, 14, 0, tzinfo=UTC)):
        html = client.get(page("publish", issue)).content.decode()

    assert "ging voorbij zonder dat de editie vertrok" in html


def test_a_change_after_scheduling_says_what_leaves(client, els, issue):
    approve(issue, by=els, now=FRIDAY)
    client.post(page("schedule", issue), SUNDAY)
    change(issue, subject="Toch een ander onderwerp")

    html = client.get(page("publish", issue)).content.decode()

    assert "Hij vertrekt zoals hij was goedgekeurd" in html


def test_a_change_of_an_article_after_the_yes_is_told_and_may_be_approved(
    client, els, issue
):
    approve(issue, by=els, now=FRIDAY)
    assert page("approve", issue) not in client.get(page("publish", issue)).text
    article = CardBlock.objects.get(parent=issue).article
    article.title = "Waarom lawaai helpt"
    article.save()
    address = reverse("admin:newsletter_article_change", args=[article.pk])

    told = client.get(page("publish", issue)).text
    front = client.get(reverse("admin:index")).text
    client.post(page("approve", issue), {"version": issue.version})

    assert address in told
    assert page("approve", issue) in told
    assert address in front
    assert Approval.objects.count() == 2
    assert page("approve", issue) not in client.get(page("publish", issue)).text


def test_an_issue_that_is_not_there_is_not_found(client, els):
    address = reverse("admin:newsletter_issue_publish", args=[404])

    assert client.get(address).status_code == 404


def test_a_day_in_the_past_does_not_keep_the_page_from_opening(
    client, els, mailing_list
):
    old = issue_in_order(mailing_list, publication_date=date(2026, 11, 1))

    assert "is voorbij" in client.get(page("publish", old)).content.decode()


def test_who_changed_it_last_reads_whom_to_ask_and_has_no_button(client, els, issue):
    pien = UserFactory.create(username="pien", first_name="Pien")
    pien.groups.add(role_of("Uitgever"))
    issue.updated_by = els
    issue.save()

    html = client.get(page("publish", issue)).text
    answer = client.post(
        page("approve", issue), {"version": issue.version}, follow=True
    )

    assert "Vraag Pien om akkoord te geven" in html
    assert page("approve", issue) not in html
    assert "Vraag Pien" in messages_of(answer)
    assert not Approval.objects.exists()


def test_a_superuser_is_offered_an_emergency(client, els, issue):
    pien = UserFactory.create(username="pien", first_name="Pien")
    els.is_superuser = True
    els.save()
    for person in (pien, els):
        person.groups.add(role_of("Uitgever"))
    issue.updated_by = els
    issue.save()

    assert (
        "Toch akkoord geven op mijn eigen tekst"
        in client.get(page("publish", issue)).text
    )
    client.post(page("approve", issue), {"version": issue.version, "emergency": "1"})

    assert Approval.objects.get().approved_by == els


@pytest.mark.parametrize(("typed", "is_scheduled"), [("", False), ("1", True)])
def test_far_fewer_readers_than_last_time_are_typed_first(
    client, els, issue, typed, is_scheduled
):
    left = a_dispatch_that_left(
        issue.mailing_list, readers=1, at=datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    )
    Dispatch.objects.filter(pk=left.pk).update(audience_count=60)
    approve(issue, by=els, now=FRIDAY)

    asked = client.get(page("schedule", issue)).text
    answer = client.post(page("schedule", issue), {**SUNDAY, "readers": typed})

    assert "59 minder dan vorige week" in asked
    assert 'name="readers"' in asked
    assert issue.dispatches.exists() is is_scheduled
    assert answer.status_code == (302 if is_scheduled else 400)


@pytest.mark.parametrize("typed", ["12.345", " 12345 ", "12 345"])
def test_a_number_may_be_typed_as_it_is_read(rf, typed):
    assert typed_readers(rf.post("/", {"readers": typed})) == 12_345


@pytest.mark.parametrize("typed", ["", "twaalf", "-1", "1e9", "९", "9" * 40])
def test_what_is_no_number_is_asked_again(rf, typed):
    assert typed_readers(rf.post("/", {"readers": typed})) is None


def test_what_leaves_in_five_minutes_counts_down_and_can_be_taken_back(
    client, els, issue
):
    approve(issue, by=els, now=FRIDAY)
    client.post(page("send_now", issue))

    html = client.get(page("publish", issue)).text

    assert "nog 5 minuten" in html
    assert 'data-countdown="2026-11-27T19:05:00+01:00"' in html
    assert "Terugnemen: niet versturen" in html


def test_what_leaves_on_sunday_does_not_count_down_on_friday(client, els, issue):
    approve(issue, by=els, now=FRIDAY)
    client.post(page("schedule", issue), SUNDAY)

    assert "data-countdown" not in client.get(page("publish", issue)).text
