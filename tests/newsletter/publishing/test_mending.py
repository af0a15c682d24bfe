"""Putting a finding right by a press: the one safe thing, as if it was typed."""

from datetime import date

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.blocks import AdvertorialBlock, ButtonBlock, TextBlock, blocks_of
from newsletter.issues.models import Issue
from newsletter.publishing.approval import approve, latest_approval
from newsletter.publishing.asking_links import ask_for_coming
from newsletter.publishing.finding_models import LinkCheck, LinkState
from newsletter.publishing.link_checks import LINK_SECURE, LINK_SHORTENED
from newsletter.publishing.mending import CannotMend, find, mend
from newsletter.publishing.readiness import preflight
from newsletter.publishing.scheduling import schedule
from tests.factories import ArticleFactory, PictureFactory
from tests.newsletter.publishing.issues import a_kept_picture, add_card, change


def mendable(issue, now, code=None):
    """The findings that a press puts right."""
    return [
        finding
        for finding in preflight(issue, now=now)
        if finding.mend and code in (None, finding.code)
    ]


def press(issue, els, now, code=None):
    """Press the only button there is, and return the issue as it is then."""
    [finding] = mendable(issue, now, code)
    mend(issue, finding, by=els, now=now)
    fresh = Issue.objects.select_related("mailing_list").get(pk=issue.pk)
    assert mendable(fresh, now, code) == []
    return fresh


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Re: stilte op zondag", "Stilte op zondag"),
        ("Eindelijk rust!!!", "Eindelijk rust!"),
    ],
)
def test_a_subject_is_put_right(issue, els, now, before, after):
    change(issue, subject=before)

    assert press(issue, els, now).subject == after


@pytest.mark.parametrize("day", [None, date(2026, 11, 1), date(2026, 12, 1)])
def test_the_next_free_sunday_is_taken(issue, els, now, day):
    change(issue, publication_date=day)

    assert press(issue, els, now).publication_date == date(2026, 11, 29)


def test_a_link_in_running_text_loses_its_tracking_and_nothing_else(issue, els, now):
    body = (
        '<p>Lees <a href="https://example.nl/a?b=1&amp;utm_source=x">meer &amp; beter'
        '</a> of <a href="https://example.nl/c">dit hier</a>.</p>'
    )
    block = TextBlock.objects.create(parent=issue, ordering=50, body=body)

    press(issue, els, now)

    block.refresh_from_db()
    assert block.body == body.replace("&amp;utm_source=x", "")


def test_an_address_of_an_article_is_put_right_at_the_article(issue, els, now):
    article = ArticleFactory.create(source_url="https://example.nl/a?fbclid=x")
    add_card(issue, article)

    fresh = press(issue, els, now)

    article.refresh_from_db()
    assert article.source_url == "https://example.nl/a"
    # Nothing of the issue itself was typed.
    assert fresh.version == issue.version


def test_a_bare_domain_becomes_an_address(issue, els, now):
    block = TextBlock.objects.create(
        parent=issue, ordering=50, body='<p><a href="www.example.nl/a">Kijk mee</a></p>'
    )

    press(issue, els, now)

    block.refresh_from_db()
    assert 'href="https://www.example.nl/a"' in block.body


def test_http_becomes_https_where_that_answers(issue, els, now):
    block = ButtonBlock.objects.create(
        parent=issue, ordering=50, label="Doe mee", url="http://example.nl/a"
    )
    ask_for_coming(now)
    LinkCheck.objects.update(
        state=LinkState.FINE, tried_at=now, answers_over_https=True
    )

    press(issue, els, now, LINK_SECURE.code)

    block.refresh_from_db()
    assert block.url == "https://example.nl/a"


def test_a_short_address_becomes_where_it_leads(issue, els, now):
    block = ButtonBlock.objects.create(
        parent=issue, ordering=50, label="Doe mee", url="https://bit.ly/3xYz"
    )
    ask_for_coming(now)
    LinkCheck.objects.update(
        state=LinkState.FINE, tried_at=now, leads_to="https://example.nl/a?gclid=1"
    )

    press(issue, els, now, LINK_SHORTENED.code)

    block.refresh_from_db()
    assert block.url == "https://example.nl/a"


def test_a_picture_takes_the_words_it_has_in_an_article(issue, els, now):
    known = a_kept_picture("Een lege stoel")
    bare = PictureFactory.create(image=known.image.name, alt="")
    add_card(issue, picture=bare)

    press(issue, els, now)

    bare.refresh_from_db()
    assert bare.alt == "Een lege stoel"


def test_an_alternative_text_loses_that_it_is_a_picture(issue, els, now):
    picture = a_kept_picture("Foto van twee handen")
    add_card(issue, picture=picture)

    press(issue, els, now)

    picture.refresh_from_db()
    assert picture.alt == "Twee handen"


def test_an_advertorial_goes_behind_the_stories(issue, els, now):
    add_card(issue)
    AdvertorialBlock.objects.create(
        parent=issue,
        ordering=5,
        advertiser="De Linde",
        title="Thee",
        body="<p>Thee</p>",
    )

    fresh = press(issue, els, now)

    kinds = [block.KIND for block in blocks_of(fresh)]
    assert kinds == ["opening", "card", "card", "advertorial"]


def test_it_makes_the_next_version_and_an_approval_lapses(issue, els, now):
    change(issue, subject="Eindelijk rust!!")
    approve(issue, by=els, now=now)

    fresh = press(issue, els, now)

    assert (fresh.version, fresh.updated_by) == (issue.version + 1, els)
    assert latest_approval(fresh) is None
    assert AuditEntry.objects.get(act="put a finding right").actor == els


def test_nothing_is_put_over_what_a_colleague_saved(issue, els, now):
    change(issue, subject="Eindelijk rust!!")
    [finding] = mendable(issue, now)
    Issue.objects.filter(pk=issue.pk).update(version=9, subject="Van Bob!!")

    with pytest.raises(CannotMend):
        mend(issue, finding, by=els, now=now)

    assert Issue.objects.get(pk=issue.pk).subject == "Van Bob!!"


def test_readers_keep_what_they_were_sent(issue, els, now):
    change(issue, subject="Eindelijk rust!!")
    approve(issue, by=els, now=now)
    schedule(issue, by=els, now=now)
    Dispatch.objects.update(state=DispatchState.SENDING)
    [finding] = mendable(issue, now)

    with pytest.raises(CannotMend):
        mend(issue, finding, by=els, now=now)


def test_what_no_press_puts_right_is_refused_with_its_cure(issue, els, now):
    change(issue, preheader="")
    [finding] = preflight(issue, now=now)

    with pytest.raises(CannotMend, match="Volg de link"):
        mend(issue, finding, by=els, now=now)


def test_a_finding_is_known_by_its_key_as_long_as_it_is_there(issue, now):
    change(issue, preheader="")
    [finding] = preflight(issue, now=now)

    assert find(preflight(issue, now=now), finding.key) == finding
    change(issue, preheader="Over ochtenden")
    assert find(preflight(issue, now=now), finding.key) is None
