"""What an issue says, from its rows or a revision, and how an editor reads it."""

import reversion
from reversion.models import Revision

from newsletter.issues.blocks import (
    HelpLineBlock,
    HeroBlock,
    QuoteBlock,
    TextBlock,
)
from newsletter.issues.texts import (
    BlockText,
    label_of,
    name_of,
    readable,
    text_of,
    text_of_revision,
    words_of,
)
from tests.factories import ArticleFactory, IssueFactory


def test_what_is_saved_is_read_in_the_order_of_the_mail(db):
    issue = IssueFactory.create()
    text = TextBlock.objects.create(parent=issue, ordering=20, heading="Tot slot")
    quote = QuoteBlock.objects.create(parent=issue, ordering=10, text="Een\r\nTwee")
    told = text_of(issue)
    assert told.fields["publication_date"] == "2026-11-29"
    assert [block.key for block in told.blocks] == [
        f"quoteblock-{quote.pk}",
        f"textblock-{text.pk}",
    ]
    assert told.blocks[0].fields == {"text": "Een\nTwee", "speaker": ""}


def test_a_revision_tells_what_was_saved_then(db):
    issue = IssueFactory.create()
    block = TextBlock.objects.create(parent=issue, ordering=10, heading="Eerst")
    with reversion.create_revision():
        reversion.add_to_revision(issue)
    then = text_of(issue)
    TextBlock.objects.filter(pk=block.pk).update(heading="Daarna")
    assert text_of_revision(Revision.objects.get()) == then
    assert text_of(issue) != then


def test_a_row_is_read_by_its_name(db):
    article = ArticleFactory.create(title="Waarom stilte helpt")
    assert readable("heroblock", "article", str(article.pk)) == "Waarom stilte helpt"
    assert readable("heroblock", "article", "999") == "bestaat niet meer"
    assert readable("heroblock", "article", "geen getal") == "bestaat niet meer"


def test_a_choice_and_a_day_are_read_in_words():
    choice = readable("helplineblock", "help_line", "113")
    assert choice.startswith("113 ")
    assert readable("issue", "publication_date", "2026-11-29") == (
        "zondag 29 november 2026"
    )
    assert readable("issue", "publication_date", "gauw") == "gauw"


def test_rich_text_is_read_without_its_tags_and_with_its_links():
    html = (
        "<h2>Thee</h2><p>Zet <b>thee</b>.<br>Drink "
        '<a href="https://example.nl/thee">hier</a>.</p><ul><li><p>Een</p></li></ul>'
    )
    assert words_of(html) == (
        "Thee\nZet thee.\nDrink hier (https://example.nl/thee).\n• Een"
    )


def test_a_block_is_named_after_its_kind_and_what_it_is_about(db):
    article = ArticleFactory.create(title="Waarom stilte helpt")
    hero = HeroBlock.objects.create(
        parent=IssueFactory.create(), article=article, ordering=10
    )
    (block,) = text_of(hero.parent).blocks
    assert name_of(block) == "Hoofdverhaal: Waarom stilte helpt"
    assert name_of(BlockText("x", "dividerblock", {})) == "Scheiding"


def test_a_field_is_called_as_in_the_form():
    assert label_of("issue", "subject") == "Onderwerp"
    assert (
        label_of("helplineblock", "help_line")
        == str(HelpLineBlock._meta.get_field("help_line").verbose_name).capitalize()
    )
