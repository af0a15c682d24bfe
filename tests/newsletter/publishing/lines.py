"""Blocks of an issue that was never saved, and what is found in them."""

from newsletter.issues.blocks import TextBlock
from newsletter.issues.models import Issue
from tests.newsletter.rendering.content import an_issue


def in_issue(*blocks, **values):
    """An issue with these blocks, in reading order."""
    issue: Issue = an_issue(**values)
    for block in blocks:
        block.parent = issue
    return issue, list(blocks)


def a_text(body):
    """One block of running text."""
    return TextBlock(body=body if body.startswith("<") else f"<p>{body}</p>")


def codes(findings):
    """Which checks found something, in order."""
    return [finding.code for finding in findings]
