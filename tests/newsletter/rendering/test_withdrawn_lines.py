"""A piece that was taken off is named nowhere, not even where it was put right."""

import pytest

from newsletter.articles.models import Article, ArticleState
from newsletter.issues.blocks import CorrectionsBlock
from newsletter.rendering.email import render
from newsletter.rendering.models import Link
from newsletter.rendering.web import web_page
from newsletter.rendering.withdrawn_lines import text_without_withdrawn
from tests.factories import ArticleFactory, IssueFactory, RenditionFactory

BREAD = "http://localhost:8000/artikelen/brood/#rechtzetting-3"
SALT = "http://localhost:8000/artikelen/zout/#rechtzetting-4"
TOLD = (
    f'<p><a href="{BREAD}">Brood dat slaapt</a>: een half uur.</p>'
    f'<p><a href="{SALT}">Zout der aarde</a>: een snufje.</p>'
)


@pytest.fixture
def bread(db):
    ArticleFactory.create(slug="zout", title="Zout der aarde")
    return ArticleFactory.create(slug="brood", title="Brood dat slaapt")


@pytest.fixture
def frozen(bread, now):
    rendition = RenditionFactory.create(
        created_at=now,
        html="<html><head></head><body><p>Rechtgezet</p>"
        '<p style="x"><a href="https://e.nl/l/one/">Brood dat slaapt</a>: half.</p>'
        '<p><a href="https://e.nl/l/two/">Zout der aarde</a>: snufje.</p>'
        "</body></html>",
        text="Rechtgezet\n\nBrood dat slaapt\nhttps://e.nl/l/one/\n: half.\n\n"
        "Zout der aarde\nhttps://e.nl/l/two/\n: snufje.",
    )
    for position, (token, target) in enumerate([("one", BREAD), ("two", SALT)]):
        Link.objects.create(
            rendition=rendition,
            position=position,
            token=token,
            target=target,
            block_kind="corrections",
        )
    return rendition


def withdraw():
    Article.objects.filter(slug="brood").update(state=ArticleState.WITHDRAWN)


def test_a_mail_that_is_made_later_leaves_its_line_out(bread):
    issue = IssueFactory.create()
    CorrectionsBlock.objects.create(parent=issue, ordering=10, body=TOLD)
    assert "Brood dat slaapt" in render(issue).html

    withdraw()

    mail = render(issue, strict=True)
    assert "Brood" not in mail.html + mail.text
    assert "Zout der aarde" in mail.html
    assert [link.target for link in mail.links] == [SALT]


def test_a_block_with_nothing_left_to_tell_is_not_there(bread):
    issue = IssueFactory.create()
    only = TOLD.split("</p>")[0] + "</p>"
    CorrectionsBlock.objects.create(parent=issue, ordering=10, body=only)
    withdraw()
    mail = render(issue, strict=True)
    assert "Rechtgezet" not in mail.html + mail.text


def test_the_page_of_an_issue_that_left_leaves_it_out(frozen):
    assert "Brood dat slaapt" in web_page(frozen, address="https://e.nl/x/")
    withdraw()
    page = web_page(frozen, address="https://e.nl/x/")
    assert "Brood" not in page
    assert "Rechtgezet" in page
    assert "Zout der aarde" in page


def test_so_does_its_text(frozen):
    withdraw()
    text = text_without_withdrawn(frozen, frozen.text)
    assert "Brood" not in text
    assert "Zout der aarde" in text
