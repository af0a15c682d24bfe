"""Pictures in the mail: who made them and what AI did, wherever they stand."""

import pytest

from newsletter.articles.models import Expert
from newsletter.issues.blocks import (
    AdvertorialBlock,
    CardBlock,
    ExpertBlock,
    HeroBlock,
    ImageBlock,
    OpeningBlock,
)
from newsletter.rendering.email import render
from tests.newsletter.rendering.content import SANNE, a_picture, an_issue


def with_ai():
    picture = a_picture(credit="")
    picture.ai_use = "made"
    return picture


@pytest.mark.parametrize(
    "block",
    [
        lambda: HeroBlock(title="Stilte", picture=with_ai()),
        lambda: CardBlock(title="Stilte", picture=with_ai()),
        lambda: ImageBlock(picture=with_ai()),
        lambda: AdvertorialBlock(title="Thee", body="<p>x</p>", picture=with_ai()),
        lambda: OpeningBlock(body="<p>x</p>", portrait=with_ai()),
        lambda: ExpertBlock(expert=Expert(name="Hidde", portrait=with_ai())),
    ],
    ids=["hero", "card", "image", "advertorial", "opening", "expert"],
)
def test_readers_are_told_what_ai_made_in_both_parts(block):
    html, text = render(an_issue(), [block()], strict=True).preview(SANNE)

    assert "gemaakt met AI" in html
    assert "gemaakt met AI" in text
