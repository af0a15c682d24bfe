"""The whole issue, letter for letter; ``REFRESH_GOLDEN=1`` writes it anew."""

import os
from pathlib import Path

import pytest

from newsletter.issues.block import Extent
from newsletter.issues.blocks import BLOCK_MODELS, CardBlock, HeroBlock
from newsletter.rendering.email import render
from newsletter.tints import Tint
from tests.newsletter.rendering.content import an_issue, every_kind

GOLDEN = Path(__file__).parents[2] / "payloads" / "golden"


def golden(name, rendered):
    """What the file says, after it was written anew if that is asked."""
    path = GOLDEN / name
    if os.environ.get("REFRESH_GOLDEN"):
        path.write_text(rendered, encoding="utf-8", newline="")
    return path.read_bytes().decode()


@pytest.mark.parametrize("part", ["html", "text"])
def test_the_issue_is_what_it_was(whole, part):
    rendered = getattr(whole, part)
    assert rendered == golden(
        f"issue.{ {'html': 'html', 'text': 'txt'}[part] }", rendered
    )


def test_a_tinted_issue_is_what_it_was():
    html = render(an_issue(tint=Tint.GLOW), every_kind(), strict=True).html
    assert html == golden("tinted.html", html)


def test_no_kind_of_block_is_missing_from_it():
    assert {type(block) for block in every_kind()} == set(BLOCK_MODELS)


@pytest.mark.parametrize("kind", [HeroBlock, CardBlock])
def test_a_story_is_in_it_whole_as_teaser_and_small(kind):
    stories = [block for block in every_kind() if isinstance(block, kind)]
    assert {story.extent for story in stories} == set(Extent)
