"""Short ways to write down what an issue says."""

from newsletter.issues.merging import Merge, seen
from newsletter.issues.texts import BlockText, IssueText


def text(heading="", body="", key="textblock-1"):
    """A block of free text."""
    return BlockText(key, "textblock", {"heading": heading, "body": body})


def says(*blocks, subject="Stilte", preheader=""):
    """An issue with these blocks."""
    fields = {"subject": subject, "preheader": preheader, "publication_date": ""}
    return IssueText(fields, blocks)


def merged(first, *, mine, theirs):
    """Two who both began from the first text."""
    return Merge(seen(first), mine, theirs)


def keys(issue_text):
    """The blocks in reading order."""
    return [block.key for block in issue_text.blocks]
