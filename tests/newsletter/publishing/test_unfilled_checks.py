"""A block that came with a composition and still waits for its words stops an issue."""

import pytest

from newsletter.issues.blocks import QuoteBlock, TipsBlock
from newsletter.publishing.findings import Severity
from newsletter.publishing.readiness import content_findings


def unfilled(issue):
    return [one for one in content_findings(issue) if "wacht nog op" in one.message]


@pytest.fixture
def quote(issue):
    return QuoteBlock.objects.create(parent=issue, ordering=90)


def test_it_is_named_and_leads_to_its_field(issue, quote):
    [finding] = unfilled(issue)
    assert finding.severity == Severity.STOP
    assert "Blok 3 (citaat)" in finding.message
    assert finding.field == "id_newsletter_quoteblock_set-0-text"


def test_once_it_is_filled_in_nothing_is_said(issue, quote):
    QuoteBlock.objects.update(text="Rust is geen luxe")
    assert unfilled(issue) == []


def test_a_heading_alone_is_not_enough(issue):
    TipsBlock.objects.create(parent=issue, ordering=90, heading="Vier manieren")
    assert len(unfilled(issue)) == 1
