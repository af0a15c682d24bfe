"""The history of an issue: readable, and put back as a new version."""

import pytest
import reversion
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.urls import reverse
from reversion.models import Version

from newsletter.issues.blocks import HeroBlock, ImageBlock, TextBlock, blocks_of
from newsletter.issues.models import Issue
from newsletter.issues.texts import text_of
from tests.factories import ArticleFactory, IssueFactory
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.admin.forms_of_issues import change_url, opened


@pytest.fixture
def els(client, db):
    return log_in(client, "Redactie")


@pytest.fixture
def issue(els, mailing_list):
    """Saved twice: first as begun, then with another subject and without its text."""
    issue = IssueFactory(mailing_list=mailing_list)
    HeroBlock.objects.create(parent=issue, ordering=10, article=ArticleFactory())
    TextBlock.objects.create(
        parent=issue, ordering=20, heading="Tot slot", body="<p>Zet thee.</p>"
    )
    save(issue, els)
    TextBlock.objects.get().delete()
    issue.subject = "Daarna"
    save(issue, els)
    return issue


def save(issue, user):
    """Keep a version as the form does, which takes twenty times as long."""
    issue.version += 1
    with reversion.create_revision():
        reversion.set_user(user)
        issue.save()


def address_of(issue, place):
    """The page of one saving, counted from the newest."""
    version = Version.objects.get_for_object(issue)[place]
    return reverse("admin:newsletter_issue_revision", args=[issue.pk, version.pk])


def put_back(client, issue, place=1, **told):
    told = {"version": issue.version} | told
    return client.post(address_of(issue, place), told, follow=True)


def test_the_history_says_who_changed_what_in_words(client, issue):
    client.post(change_url(issue), opened(issue) | {"subject": "Door het formulier"})
    address = reverse("admin:newsletter_issue_history", args=[issue.pk])
    html = client.get(address).content.decode()
    assert "Els" in html and "vandaag" in html
    assert "Onderwerp en datum, Tekst: Tot slot (blok weggehaald)" in html
    assert "de eerste tekst die bewaard werd" in html
    # Django's own account of the form: "Onderwerp gewijzigd."
    assert "gewijzigd." not in html


def test_one_saving_shows_its_words_marked(client, issue):
    html = client.get(address_of(issue, 0)).content.decode()
    assert "<del>Stilte op zondag</del><ins>Daarna</ins>" in html
    assert "Niets: zo is het nu." in html


def test_a_whole_text_comes_back_as_a_new_version(client, issue):
    answer = put_back(client, issue)
    saved = Issue.objects.get()
    assert (saved.subject, saved.version) == ("Stilte op zondag", issue.version + 1)
    assert [block.KIND for block in blocks_of(saved)] == ["hero", "text"]
    assert "als nieuwe versie" in messages_of(answer)
    assert Version.objects.get_for_object(saved).count() == 3


def test_one_block_comes_back_where_it_was(client, issue):
    key = f"textblock-{text_of_first(issue)}"
    put_back(client, issue, only=key)
    saved = Issue.objects.get()
    assert saved.subject == "Daarna"
    assert [block.KIND for block in blocks_of(saved)] == ["hero", "text"]
    assert TextBlock.objects.get().heading == "Tot slot"


def text_of_first(issue):
    versions = Version.objects.filter(content_type__model="textblock")
    return versions.last().object_id


def test_what_was_saved_meanwhile_is_not_undone_unseen(client, issue):
    answer = put_back(client, issue, version=issue.version - 1)
    assert "intussen gewijzigd" in messages_of(answer)
    assert Issue.objects.get().subject == "Daarna"


def test_the_sunday_stays_as_planned(client, issue):
    Issue.objects.update(publication_date="2026-12-06")
    put_back(client, issue)
    assert str(Issue.objects.get().publication_date) == "2026-12-06"


def test_a_block_whose_picture_is_gone_is_named_and_left_out(client, els, issue):
    version = Version.objects.get_for_object(issue)[1]
    told = version.revision.version_set.get(content_type__model="textblock")
    picture = ImageBlock(pk=7, parent=issue, picture_id=999)
    Version.objects.filter(pk=told.pk).update(
        content_type=ContentType.objects.get_for_model(ImageBlock),
        object_id="7",
        serialized_data=serializers.serialize("json", [picture]),
    )
    answer = put_back(client, issue)
    assert "bestaat niet meer" in messages_of(answer)
    assert [block.KIND for block in blocks_of(issue)] == ["hero"]


def test_an_article_that_is_gone_leaves_its_block(client, els, issue):
    hero = HeroBlock.objects.get()
    article = hero.article
    client.post(
        change_url(issue), opened(issue) | {"newsletter_heroblock_set-0-DELETE": "on"}
    )
    article.delete()
    put_back(client, Issue.objects.get(), place=1)
    assert HeroBlock.objects.get().article is None


def test_who_may_only_look_at_issues_puts_nothing_back(client, issue):
    log_in(client, "Beheer", "cas")
    assert (
        client.post(address_of(issue, 1), {"version": issue.version}).status_code == 403
    )
    assert text_of(Issue.objects.get()).fields["subject"] == "Daarna"


@pytest.mark.parametrize("version", ["", "x", "9" * 30])
def test_a_strange_version_puts_nothing_back(client, issue, version):
    put_back(client, issue, version=version)
    assert Issue.objects.get().subject == "Daarna"
