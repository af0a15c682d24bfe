import pytest

from newsletter.rendering.email import render
from tests.newsletter.rendering.content import SANNE, an_issue, every_kind


@pytest.fixture(scope="module")
def whole():
    """Every kind of block, rendered strictly."""
    return render(an_issue(), every_kind(), strict=True)


@pytest.fixture(scope="module")
def for_sanne(whole):
    """HTML and text as Sanne gets them."""
    return whole.preview(SANNE)
