import re

import pytest
from bs4 import BeautifulSoup

from newsletter.issues.addresses import issue_url
from newsletter.issues.blocks import (
    CardBlock,
    HelpLineBlock,
    OpeningBlock,
    QuoteBlock,
)
from newsletter.markup import CannotRender
from newsletter.rendering.email import sha256_of
from newsletter.rendering.freezing import as_rendered, freeze
from newsletter.rendering.models import Link, Rendition
from newsletter.rendering.personal import OPENS, Segments, Slot
from newsletter.rendering.web import web_page
from tests.factories import ArticleFactory, IssueFactory, UserFactory

pytestmark = pytest.mark.django_db
BREAD = "https://www.rockjouwmagazine.example/brood"


@pytest.fixture
def issue():
    issue = IssueFactory.create()
    OpeningBlock.objects.create(
        parent=issue, ordering=1, body='<p>Zie <a href="https://a.example/">a</a>.</p>'
    )
    CardBlock.objects.create(
        parent=issue, ordering=2, article=ArticleFactory.create(source_url=BREAD)
    )
    return issue


def test_a_frozen_issue_is_never_changed(issue, now):
    rendition = freeze(issue, by=None, now=now)
    rendition.subject = "Iets anders"
    with pytest.raises(TypeError):
        rendition.save()
    assert Rendition.objects.get().subject == "Stilte op zondag"


def test_freezing_again_gives_the_next_number_and_leaves_the_first(issue, now):
    first = freeze(issue, by=None, now=now)
    QuoteBlock.objects.create(parent=issue, ordering=3, text="Nieuw.")
    second = freeze(issue, by=UserFactory.create(), now=now)
    assert (first.number, second.number) == (1, 2)
    assert "Nieuw." in second.html
    assert "Nieuw." not in Rendition.objects.get(number=1).html
    assert str(second.created_by) == "els"


def test_every_link_has_a_row_and_its_own_address_in_both_parts(issue, now):
    rendition = freeze(issue, by=None, now=now)
    links = list(rendition.links.all())
    assert [link.target for link in links] == ["https://a.example/", BREAD]
    assert [link.block_kind for link in links] == ["opening", "card"]
    assert links[1].article == CardBlock.objects.get().article
    assert len({link.token for link in links}) == 2
    for link in links:
        for body in (rendition.html, rendition.text):
            assert re.search(rf"http://localhost:8000/\S*{link.token}", body)
    assert BREAD not in rendition.html


def test_only_personal_slots_are_left(issue, now):
    rendition = freeze(issue, by=None, now=now)
    assert set(Segments.of(rendition.html).slots) == {
        Slot.NAME_HTML,
        Slot.UNSUBSCRIBE_URL,
        Slot.PREFERENCES_URL,
    }
    assert Slot.NAME_TEXT in Segments.of(rendition.text).slots
    assert Slot.NAME_HTML not in Segments.of(rendition.text).slots


def test_the_fingerprint_is_of_what_is_sent(issue, now):
    rendition = freeze(issue, by=None, now=now)
    stored = Rendition.objects.get()
    assert rendition.sha256 == sha256_of(stored.subject, stored.html, stored.text)
    assert sha256_of("a", "b", "c") != sha256_of("a", "bc", "")


def test_what_made_it_is_written_down(issue, now):
    rendition = freeze(issue, by=None, now=now)
    assert re.fullmatch(r"mjml-python \d+\.\d+\.\d+", rendition.engine)
    assert rendition.created_at == now
    assert rendition.issue_version == issue.version


def test_a_broken_block_freezes_nothing(issue, now):
    HelpLineBlock.objects.create(parent=issue, ordering=9, help_line="unknown")
    with pytest.raises(CannotRender, match="Blok 3"):
        freeze(issue, by=None, now=now)
    assert not Rendition.objects.exists()
    assert not Link.objects.exists()


def test_the_page_for_everyone_belongs_to_nobody(issue, now):
    here = issue_url(issue)
    page = web_page(freeze(issue, by=None, now=now), address=here)
    assert OPENS not in page
    assert "Afmelden" not in page
    assert "Je krijgt deze mail" not in page
    assert "Bekijk online" not in page
    assert here not in page
    assert issue.mailing_list.postal_address in page
    assert not re.search(r"/(afmelden|voorkeuren|uitschrijven)/", page)
    assert "Goedemorgen<bdi></bdi>," in page


def test_a_link_that_nobody_sees_is_in_the_html_alone(now):
    rendition = freeze(IssueFactory(), by=None, now=now)
    token = rendition.canary.token
    [hidden] = BeautifulSoup(rendition.html, "html.parser").select(
        f"a[href*='{token}']"
    )
    around = hidden.parent
    assert around is not None
    assert "display:none" in around["style"]
    assert (around["aria-hidden"], hidden["tabindex"]) == ("true", "-1")
    assert token not in rendition.text
    assert token not in as_rendered(rendition).html
    assert token not in web_page(rendition, address="/")
