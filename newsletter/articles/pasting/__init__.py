"""What comes from a clipboard or a web page, as the few kinds of text that we have.

Pure: HTML in, plain blocks out, with a note of everything that found no place. It
comes before the cleaning that makes HTML safe, which would drop what it looks at.
"""

from newsletter.articles.pasting.blocks import Block
from newsletter.articles.pasting.links import clean_link
from newsletter.articles.pasting.notes import Image, Kind, LeftOut
from newsletter.articles.pasting.tidying import Tidied, tidy

__all__ = ["Block", "Image", "Kind", "LeftOut", "Tidied", "clean_link", "tidy"]
