"""The drawn card of a list: a sun in its colours, for pages without a picture."""

import io

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw

from newsletter.colours import Palette, palette_for
from newsletter.kept_pages import public_page
from newsletter.views.lists import find_list
from newsletter.views.social import CARD_HEIGHT, CARD_WIDTH

# Drawn larger and made small: then its lines are smooth.
_LARGER = 2
_RADIUS, _LINE = 150, 14
# From the middle of the sun, in its radius.
_RAYS = ((-1.25, -0.75), (-0.72, -1.25), (0, -1.45), (0.72, -1.25), (1.25, -0.75))


@require_safe
@public_page
def list_card(request: HttpRequest, mailing_list: str) -> HttpResponse:
    """Give the picture that other sites show beside a link to us."""
    found = find_list(mailing_list)
    palette = palette_for(found.accent_colour, found.second_colour)
    return HttpResponse(draw_card(palette), content_type="image/png")


def draw_card(palette: Palette) -> bytes:
    """Draw the sun of our pages as it rises, without words: the link brings them."""
    size = (CARD_WIDTH * _LARGER, CARD_HEIGHT * _LARGER)
    card = Image.new("RGB", size, palette.paper)
    pen = ImageDraw.Draw(card)
    middle, horizon = size[0] // 2, size[1] * 2 // 3
    radius, line = _RADIUS * _LARGER, _LINE * _LARGER
    pen.rectangle((0, horizon, *size), fill=palette.second_pale)
    box = (middle - radius, horizon - radius, middle + radius, horizon + radius)
    pen.pieslice(box, 180, 360, fill=palette.accent)
    for x, y in _RAYS:
        inner = (middle + x * radius, horizon + y * radius)
        outer = (middle + x * radius * 1.25, horizon + y * radius * 1.25)
        pen.line((inner, outer), fill=palette.accent, width=line)
    pen.line((0, horizon, size[0], horizon), fill=palette.second, width=line // 2)
    file = io.BytesIO()
    card.resize((CARD_WIDTH, CARD_HEIGHT), Image.Resampling.LANCZOS).save(
        file, "PNG", optimize=True
    )
    return file.getvalue()
