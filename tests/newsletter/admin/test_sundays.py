"""The coming Sundays on the front page, and the presses on them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from newsletter.issues.models import Issue, SkippedSunday
from newsletter.issues.numbering import begin_issue
from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import schedule
from newsletter.publishing.sundays import regular_days
from tests.factories import IssueFactory, MailingListFactory, SkippedSundayFactory
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.admin.front_page import front_page
from tests.newsletter.publishing.issues import issue_in_order


@pytest.fixture
def sundays(mailing_list) -> list[date]:
    """The coming Sundays, seen from the real clock: pages have no other."""
    return regular_days(mailing_list, now=timezone.now(), weeks=8)


def press(client, day, act, **data):
    address = reverse("admin:sunday", args=["zondag", day.isoformat(), act])
    return client.post(address, data, follow=True)


def move(client, issue, day):
    address = reverse("admin:sunday_move", args=[issue.pk])
    return client.post(address, {"day": day.isoformat()}, follow=True)


def test_a_press_on_a_free_sunday_begins_its_issue_and_opens_it(client, sundays):
    els = log_in(client, "Redactie")

    answer = press(client, sundays[2], "beginnen")

    issue = Issue.objects.get()
    assert (issue.publication_date, issue.updated_by) == (sundays[2], els)
    assert answer.redirect_chain == [
        (reverse("admin:newsletter_issue_change", args=[issue.pk]), 302)
    ]


def test_a_second_press_on_the_same_sunday_says_that_it_is_taken(client, sundays):
    log_in(client, "Redactie")
    press(client, sundays[0], "beginnen")

    answer = press(client, sundays[0], "beginnen")

    assert "is Editie 1 er al" in messages_of(answer)
    assert Issue.objects.count() == 1


def test_a_sunday_is_skipped_and_taken_back_on_the_front_page(client, sundays):
    log_in(client, "Redactie")

    page = press(client, sundays[1], "overslaan", reason="kerst").content.decode()
    assert "kerst" in page
    assert SkippedSunday.objects.get().day == sundays[1]

    press(client, sundays[1], "toch-niet-overslaan")
    assert not SkippedSunday.objects.exists()


def test_skipping_without_a_reason_is_refused_in_words(client, sundays):
    log_in(client, "Redactie")

    answer = press(client, sundays[1], "overslaan", reason=" ")

    assert "waarom" in messages_of(answer)


def test_a_draft_is_moved_and_the_page_goes_to_where_it_stands(
    client, mailing_list, sundays
):
    log_in(client, "Redactie")
    issue = begin_issue(mailing_list, now=timezone.now(), by=None)

    answer = move(client, issue, sundays[3])

    issue.refresh_from_db()
    assert issue.publication_date == sundays[3]
    assert answer.redirect_chain[0][0].endswith(f"#zondag-{sundays[3]}")


def test_moving_an_approved_issue_says_that_it_needs_approval_again(
    client, mailing_list, sundays
):
    els = log_in(client, "Uitgever")
    issue = issue_in_order(mailing_list, publication_date=sundays[0])
    approve(issue, by=els, now=timezone.now())

    assert "opnieuw akkoord" in messages_of(move(client, issue, sundays[3]))


def test_a_scheduled_issue_is_not_moved(client, mailing_list, sundays):
    els = log_in(client, "Uitgever")
    issue = issue_in_order(mailing_list, publication_date=sundays[0])
    approve(issue, by=els, now=timezone.now())
    schedule(issue, by=els, now=timezone.now())

    assert "ingepland" in messages_of(move(client, issue, sundays[3]))
    assert "sunday_move" not in front_page(client, "Redactie")


@pytest.mark.parametrize("role", ["Lezersservice", "Beheer"])
def test_who_does_not_compose_plans_nothing(client, mailing_list, sundays, role):
    issue = IssueFactory.create(mailing_list=mailing_list)
    log_in(client, role)

    for act in ("beginnen", "overslaan", "toch-niet-overslaan"):
        assert press(client, sundays[1], act, reason="kerst").status_code == 403
    assert move(client, issue, sundays[1]).status_code == 403


def test_following_a_link_changes_nothing(client, mailing_list, sundays):
    log_in(client, "Redactie")
    address = reverse("admin:sunday", args=["zondag", str(sundays[0]), "beginnen"])

    assert client.get(address).status_code == 405
    assert not Issue.objects.exists()


@pytest.mark.parametrize("day", ["2026-13-01", "0", "2026-02-30"])
def test_a_day_that_does_not_exist_is_not_found(client, mailing_list, day):
    log_in(client, "Redactie")
    address = reverse("admin:sunday", args=["zondag", day, "beginnen"])

    assert client.post(address).status_code == 404


def test_the_composer_refuses_a_skipped_sunday(client, mailing_list, sundays):
    log_in(client, "Redactie")
    issue = begin_issue(mailing_list, now=timezone.now(), by=None)
    SkippedSundayFactory(mailing_list=mailing_list, day=sundays[1], reason="kerst")
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    form = client.get(address).context["adminform"].form

    answer = client.post(
        address, {"publication_date": sundays[1], "seen_version": issue.version}
    )

    assert form.instance == issue
    assert "kerst" in str(answer.context["adminform"].form.errors)


# --- What the page shows ---


def test_eight_sundays_stand_on_the_page_with_what_can_be_done(client, sundays):
    html = front_page(client, "Redactie")

    for day in sundays:
        assert f'id="zondag-{day}"' in html
    assert html.count("/beginnen/") == 8 + 1  # the next one has its button on top


def test_a_draft_can_go_to_every_free_sunday_and_no_other(
    client, mailing_list, sundays
):
    begin_issue(mailing_list, now=timezone.now(), by=None)
    SkippedSundayFactory(mailing_list=mailing_list, day=sundays[1])

    html = front_page(client, "Redactie")

    offered = [day for day in sundays if f'<option value="{day}">' in html]
    assert offered == sundays[2:]


def test_a_draft_whose_sunday_went_by_waits_for_another(client, mailing_list, sundays):
    past = sundays[0] - timedelta(weeks=3)
    IssueFactory(mailing_list=mailing_list, publication_date=past, subject="Blijven")

    html = front_page(client, "Redactie")

    assert "Wacht op een zondag" in html
    assert "Blijven" in html


def test_with_several_lists_each_has_its_own_sundays(client, mailing_list, sundays):
    other = MailingListFactory.create(slug="ander", name="Het andere blad")
    IssueFactory(mailing_list=other, publication_date=sundays[0], subject="Van ginder")

    assert "Van ginder" not in front_page(client, "Redactie")
    answer = client.get(reverse("admin:index"), {"lijst": "ander"})
    assert "Van ginder" in answer.content.decode()
