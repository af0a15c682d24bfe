"""The page on which colleagues talk about an issue."""

from uuid import uuid4

import pytest
from django.urls import reverse

from newsletter.publishing.models import Comment
from tests.factories import UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of, role_of
from tests.newsletter.publishing.issues import issue_in_order


@pytest.fixture
def issue(mailing_list):
    return issue_in_order(mailing_list)


@pytest.fixture
def roos(client, db):
    return log_in(client, "Redactie", "roos")


def comments(issue):
    return reverse("admin:newsletter_issue_comments", args=[issue.pk])


def publish(issue):
    return reverse("admin:newsletter_issue_publish", args=[issue.pk])


def typed(text, **more):
    return {"text": text, "key": str(uuid4()), "block": "", **more}


def test_a_remark_is_read_by_the_publisher_who_is_to_approve(client, roos, issue):
    client.post(comments(issue), typed("Is dit <b>cijfer</b> zeker?"))
    log_in(client, "Uitgever")

    html = client.get(publish(issue)).text

    assert "Er staat nog 1 opmerking open" in html
    assert "Is dit &lt;b&gt;cijfer&lt;/b&gt; zeker?" in html


def test_an_answer_stands_below_and_done_closes_it(client, roos, issue):
    client.post(comments(issue), typed("Klopt de naam?"))
    comment = Comment.objects.get()
    client.post(comments(issue), typed("Nagebeld.", answers=comment.pk))
    done = reverse(
        "admin:newsletter_issue_comment", args=[issue.pk, comment.pk, "klaar"]
    )

    answer = client.post(done, follow=True)

    assert answer.text.index("Klopt de naam?") < answer.text.index("Nagebeld.")
    assert "Klaar: Roos" in answer.text
    assert "Er staat niets open" in client.get(publish(issue)).text


def test_nothing_is_done_by_following_a_link(client, roos, issue):
    client.post(comments(issue), typed("Klopt de naam?"))
    comment = Comment.objects.get()

    address = reverse(
        "admin:newsletter_issue_comment", args=[issue.pk, comment.pk, "klaar"]
    )

    assert client.get(address).status_code == 405
    assert Comment.objects.open().exists()


def test_what_was_refused_is_still_in_the_field(client, roos, issue):
    text = f"Heel lang {'x' * 2000}"

    answer = client.post(comments(issue), typed(text))

    assert answer.status_code == 400
    assert text in answer.text
    assert "Maak het korter" in answer.text


def test_a_name_that_is_nobodys_is_told(client, roos, issue):
    answer = client.post(comments(issue), typed("@jan kijk jij?"), follow=True)

    assert "voor @jan ging geen mail uit" in messages_of(answer)


def test_a_name_that_is_somebodys_is_told_too(client, roos, issue):
    pien = UserFactory.create(username="pien", first_name="Pien")
    pien.groups.add(role_of("Uitgever"))

    answer = client.post(comments(issue), typed("@pien kijk jij?"), follow=True)

    assert "Pien krijgt een mail" in messages_of(answer)
    assert "gemaild: Pien" in answer.text


@pytest.mark.parametrize("answers", ["4004", "drie", "9" * 30])
def test_an_answer_to_nothing_is_not_found(client, roos, issue, answers):
    assert client.post(comments(issue), typed("Ja", answers=answers)).status_code == 404


def test_a_remark_of_another_issue_is_not_answered_here(client, roos, issue):
    client.post(comments(issue), typed("Klopt de naam?"))
    other = issue_in_order(issue.mailing_list, publication_date=None)

    answer = client.post(comments(other), typed("Ja", answers=Comment.objects.get().pk))

    assert answer.status_code == 404


def test_somebody_without_the_issues_reads_nothing(client, issue):
    log_in(client, "Lezersservice", "lies")

    assert client.get(comments(issue)).status_code == 403
    assert client.post(comments(issue), typed("Hoi")).status_code == 403
