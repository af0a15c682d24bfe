"""Small drawings of compositions: a mail as one sees it from far."""

from collections.abc import Iterable
from dataclasses import dataclass

from newsletter.issues import blocks as kinds
from newsletter.issues.block import Block

WIDTH = 60
AIR = 4


@dataclass(frozen=True)
class Shape:
    """A part of a drawing.

    Attributes:
        look: how it is coloured: text, title, picture, button or quiet.
    """

    x: int
    y: int
    width: int
    height: int
    look: str


@dataclass(frozen=True)
class Drawing:
    """Shapes on a sheet ``WIDTH`` wide."""

    shapes: list[Shape]
    height: int
    width: int = WIDTH


_Part = tuple[int, int, int, int, str]
_TEXT: tuple[_Part, ...] = ((8, 0, 44, 2, "text"), (8, 4, 38, 2, "text"))
_STORY: tuple[_Part, ...] = (
    (8, 0, 16, 11, "picture"),
    (27, 1, 25, 3, "title"),
    (27, 6, 21, 2, "text"),
)
# Of each kind: x, y, width, height and look of its parts, from its own top.
_PARTS: dict[type[Block], tuple[_Part, ...]] = {
    kinds.OpeningBlock: (
        (8, 0, 26, 3, "title"),
        (8, 5, 44, 2, "text"),
        (8, 9, 36, 2, "text"),
    ),
    kinds.HeroBlock: (
        (0, 0, 60, 24, "picture"),
        (8, 27, 40, 3, "title"),
        (8, 32, 44, 2, "text"),
        (8, 37, 18, 5, "button"),
    ),
    kinds.CardBlock: _STORY,
    kinds.QuoteBlock: ((14, 0, 32, 3, "title"), (20, 5, 20, 2, "text")),
    kinds.TipsBlock: (
        (8, 0, 3, 2, "button"),
        (14, 0, 36, 2, "text"),
        (8, 4, 3, 2, "button"),
        (14, 4, 30, 2, "text"),
        (8, 8, 3, 2, "button"),
        (14, 8, 34, 2, "text"),
    ),
    kinds.ImageBlock: ((0, 0, 60, 18, "picture"),),
    kinds.ButtonBlock: ((18, 0, 24, 6, "button"),),
    kinds.ExpertBlock: ((8, 0, 9, 9, "picture"), (21, 3, 28, 2, "text")),
    kinds.MustReadBlock: ((8, 0, 2, 6, "button"), (14, 1, 34, 3, "title")),
    kinds.QuestionBlock: ((8, 0, 30, 3, "title"), (8, 5, 40, 2, "text")),
    kinds.PauseMomentBlock: ((0, 0, 60, 11, "quiet"), (16, 5, 28, 2, "text")),
    kinds.HelpLineBlock: ((0, 0, 60, 7, "quiet"), (8, 3, 34, 2, "text")),
    kinds.AdvertorialBlock: ((0, 0, 60, 13, "quiet"), *_TEXT),
    kinds.DividerBlock: ((8, 0, 44, 1, "text"),),
}


def draw(sequence: Iterable[type[Block]]) -> Drawing:
    """Return the drawing of blocks of these kinds, one below the other."""
    shapes: list[Shape] = []
    top = AIR
    for kind in sequence:
        parts = _PARTS.get(kind, _TEXT)
        shapes += [Shape(x, top + y, w, h, look) for x, y, w, h, look in parts]
        top += max(y + height for _x, y, _width, height, _look in parts) + AIR
    return Drawing(shapes, top)
