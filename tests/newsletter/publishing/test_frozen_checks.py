"""What changed around an approved issue is told; what was approved stays as it is."""

from datetime import datetime

import pytest

from newsletter.articles.authorship import name_authors
from newsletter.articles.models import Category
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.blocks import CardBlock
from newsletter.publishing.approval import approve, latest_approval
from newsletter.publishing.frozen_checks import BEHIND
from newsletter.publishing.readiness import Severity, content_findings
from newsletter.publishing.scheduling import schedule
from newsletter.rendering.models import Rendition
from subscribers.models import MailingList
from tests.factories import AuthorFactory
from tests.newsletter.publishing.issues import change


@pytest.fixture
def article(issue):
    return CardBlock.objects.get(parent=issue).article


@pytest.fixture
def approved(issue, els, now):
    return approve(issue, by=els, now=now)


def behind(issue):
    fresh = type(issue).objects.get(pk=issue.pk)
    return [one for one in content_findings(fresh) if one.code == BEHIND]


def test_an_approved_issue_that_nothing_happened_to_is_not_flagged(issue, approved):
    assert behind(issue) == []


def test_an_issue_that_nobody_approved_is_not_flagged(issue, article):
    article.title = "Waarom lawaai helpt"
    article.save()

    assert behind(issue) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"title": "Waarom lawaai helpt"},
        {"lead": "Een uur zonder telefoon\nis korter dan je denkt."},
        {"source_url": "https://rockjouw.example/elders"},
    ],
)
def test_a_changed_article_is_named_and_linked(issue, article, approved, columns):
    for name, value in columns.items():
        setattr(article, name, value)
    article.save()

    [finding] = behind(issue)

    assert (finding.about, finding.severity) == (article, Severity.WARN)
    assert article.title in finding.message


def test_another_section_of_an_article_is_its_change_too(issue, article, approved):
    article.category = Category.objects.create(name="Muziek")
    article.save()

    assert [finding.about for finding in behind(issue)] == [article]


@pytest.mark.parametrize(
    "body",
    ["<p>Ga staan en luister.</p>", "<h2>Vooraf</h2><ul><li><p>Ga staan</p></li></ul>"],
)
def test_another_text_of_an_article_that_is_whole_in_the_mail_is_named(
    issue, article, els, now, body
):
    CardBlock.objects.update(extent="whole")
    approve(issue, by=els, now=now)
    article.body = body
    article.save()

    assert [finding.about for finding in behind(issue)] == [article]


def test_another_author_of_an_article_is_its_change_too(issue, article, approved):
    name_authors(article, [AuthorFactory.create()])

    assert [finding.about for finding in behind(issue)] == [article]


@pytest.mark.parametrize(
    "columns",
    [
        {"postal_address": "Beukenlaan 2, 7411 AA Deventer"},
        {"accent_colour": "#224466"},
    ],
)
def test_a_changed_newsletter_is_named_and_linked(issue, approved, columns):
    MailingList.objects.update(**columns)

    [finding] = behind(issue)

    assert finding.about == issue.mailing_list


def test_what_is_not_in_the_mail_may_change(issue, article, approved):
    article.stated_reading_minutes = article.reading_minutes
    article.note = "Nog eens lezen"
    article.save()
    MailingList.objects.update(pace_minutes=45, weekday=2)

    assert behind(issue) == []


def test_another_design_is_told_though_it_has_no_page(issue, approved, settings):
    settings.INBOUND_DOMAIN = "post.example.nl"

    [finding] = behind(issue)

    assert finding.about == issue


def test_what_was_approved_stays_until_it_is_approved_anew(
    issue, article, approved, els, now
):
    dispatch = schedule(issue, by=els, now=now)
    article.title = "Waarom lawaai helpt"
    article.save()
    assert behind(issue)
    assert Rendition.objects.get() == approved.rendition

    fresh = type(issue).objects.get(pk=issue.pk)
    anew = approve(fresh, by=els, now=now)

    dispatch.refresh_from_db()
    assert latest_approval(issue) == anew != approved
    assert dispatch.rendition == anew.rendition
    assert "lawaai" in anew.rendition.text
    assert behind(issue) == []


def test_an_issue_that_left_is_not_flagged(issue, article, approved, els, now):
    schedule(issue, by=els, now=now)
    Dispatch.objects.update(state=DispatchState.SENT)
    article.title = "Waarom lawaai helpt"
    article.save()

    assert behind(issue) == []


def test_a_list_without_approval_is_told_to_schedule_again(issue, article, now):
    MailingList.objects.update(needs_approval=False)
    fresh = type(issue).objects.get(pk=issue.pk)
    schedule(fresh, by=None, now=now, due_local=datetime(2026, 11, 29, 8))
    article.title = "Waarom lawaai helpt"
    article.save()

    [finding] = behind(issue)

    assert (finding.about, finding.severity) == (article, Severity.WARN)
    assert article.title in finding.message


def test_a_change_of_the_issue_itself_makes_the_yes_lapse_instead(issue, approved):
    change(issue, subject="Iets anders dit keer")

    assert behind(issue) == []
