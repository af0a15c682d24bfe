"""What a page turns out to say: one article, its blocks, its expert."""

from dataclasses import dataclass
from datetime import date
from typing import Any


class UnreadablePage(Exception):
    """The text holds no article; ``reason`` says why, for the editor."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason

    def as_json(self) -> dict[str, Any]:
        """Return the error as the import writes it."""
        return {"error": self.reason}


@dataclass(frozen=True)
class Heading:
    """A short line above the paragraphs it announces."""

    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the block as the import writes it."""
        return {"kind": "heading", "text": self.text}


@dataclass(frozen=True)
class Paragraph:
    """Running text, and everything that was not understood."""

    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the block as the import writes it."""
        return {"kind": "paragraph", "text": self.text}


@dataclass(frozen=True)
class Quote:
    """One quotation without its outer marks, and who said it."""

    text: str
    attribution: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the block as the import writes it."""
        return {"kind": "quote", "text": self.text, "attribution": self.attribution}


@dataclass(frozen=True)
class ListOfItems:
    """A list without its markers; nested items follow their parent."""

    items: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the block as the import writes it."""
        return {"kind": "list", "items": list(self.items)}


@dataclass(frozen=True)
class MustRead:
    """A pointer to another article."""

    title: str
    url: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the block as the import writes it."""
        return {"kind": "must_read", "title": self.title, "url": self.url}


Block = Heading | Paragraph | Quote | ListOfItems | MustRead


@dataclass(frozen=True)
class ParsedExpert:
    """The person an article leans on."""

    name: str
    bio: str

    def as_json(self) -> dict[str, Any]:
        """Return the expert as the import writes it."""
        return {"name": self.name, "bio": self.bio}


@dataclass(frozen=True)
class ParsedArticle:
    """One article as its page tells it."""

    title: str
    authors: tuple[str, ...] = ()
    category: str | None = None
    published_on: date | None = None
    reading_minutes: int | None = None
    lead: str | None = None
    blocks: tuple[Block, ...] = ()
    expert: ParsedExpert | None = None
    image_credit: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the article as the import writes it; an absent credit is left out."""
        day = self.published_on
        result: dict[str, Any] = {
            "title": self.title,
            "authors": list(self.authors),
            "category": self.category,
            "published_on": day.isoformat() if day else None,
            "reading_minutes": self.reading_minutes,
            "lead": self.lead,
            "blocks": [block.as_json() for block in self.blocks],
            "expert": self.expert.as_json() if self.expert else None,
        }
        if self.image_credit:
            result["image_credit"] = self.image_credit
        return result
