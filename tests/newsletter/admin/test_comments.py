"""The page on which colleagues talk about an issue."""

from uuid import uuid4

import pytest
from django.urls import reverse

from newsletter.admin.comments import open_by_block
from newsletter.issues.texts import text_of
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


# --- Beside the form of the issue ---


@pytest.fixture
def block(issue):
    return text_of(issue).blocks[0].key


def talk(issue):
    return reverse("admin:newsletter_issue_talk", args=[issue.pk])


def test_the_talk_about_a_block_holds_what_is_said_of_that_block_only(
    client, roos, issue, block
):
    client.post(talk(issue), typed("Klopt de <b>naam</b>?", block=block))
    client.post(talk(issue), typed("Mooie editie."))

    html = client.get(talk(issue), {"blok": block}).text

    assert "Klopt de &lt;b&gt;naam&lt;/b&gt;?" in html
    assert "Mooie editie." not in html
    assert "<html" not in html


def test_an_answer_in_the_talk_stands_with_its_remark(client, roos, issue, block):
    client.post(talk(issue), typed("Klopt de naam?", block=block))
    remark = Comment.objects.get()

    html = client.post(
        talk(issue), typed("Nagebeld.", block=block, answers=remark.pk)
    ).text

    assert html.index("Klopt de naam?") < html.index("Nagebeld.")


def test_done_in_the_talk_closes_the_remark_and_opens_it_again(
    client, roos, issue, block
):
    client.post(talk(issue), typed("Klopt de naam?", block=block))
    remark = Comment.objects.get()
    acted = {"block": block, "answers": remark.pk}

    done = client.post(talk(issue), acted | {"act": "klaar"}).text
    assert "Klaar: Roos" in done
    assert open_by_block(issue) == {}
    client.post(talk(issue), acted | {"act": "toch-niet"})
    assert open_by_block(issue) == {block: 1}


def test_what_cannot_be_written_down_comes_back_with_the_reason(
    client, roos, issue, block
):
    answer = client.post(talk(issue), typed("Te lang" * 999, block=block))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "Te langTe lang" in answer.text
    assert not Comment.objects.exists()


@pytest.mark.parametrize("block", ["", "quoteblock-0", "<script>", "x" * 500])
def test_a_block_that_is_not_there_has_an_empty_talk(client, roos, issue, block):
    answer = client.get(talk(issue), {"blok": block})
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_a_stranger_hears_no_talk(client, issue):
    client.force_login(UserFactory(username="vreemde"))
    assert client.get(talk(issue)).status_code == 403
