"""The whole issue, letter for letter; ``REFRESH_GOLDEN=1`` writes it anew."""

import os
from pathlib import Path

import pytest

from newsletter.issues.blocks import BLOCK_MODELS
from tests.newsletter.rendering.content import every_kind

GOLDEN = Path(__file__).parents[2] / "payloads" / "golden"


@pytest.mark.parametrize("part", ["html", "text"])
def test_the_issue_is_what_it_was(whole, part):
    rendered = getattr(whole, part)
    path = GOLDEN / f"issue.{ {'html': 'html', 'text': 'txt'}[part] }"
    if os.environ.get("REFRESH_GOLDEN"):
        path.write_text(rendered, encoding="utf-8", newline="")
    assert rendered == path.read_bytes().decode()


def test_no_kind_of_block_is_missing_from_it():
    assert {type(block) for block in every_kind()} == set(BLOCK_MODELS)
