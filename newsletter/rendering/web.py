"""A frozen issue as a page for everyone: nothing in it belongs to a reader."""

from newsletter.links import absolute_url
from newsletter.rendering.models import Rendition
from newsletter.rendering.personal import Slot, replace_slots


def web_page(rendition: Rendition) -> str:
    """Return the HTML for the browser.

    The name is left out; the two personal addresses lead to the sign-up page, which
    tells everyone how to leave or change.
    """
    values = {
        Slot.NAME_HTML: "",
        Slot.NAME_TEXT: "",
        Slot.UNSUBSCRIBE_URL: absolute_url("sign_up"),
        Slot.PREFERENCES_URL: absolute_url("sign_up"),
    }
    return replace_slots(rendition.html, values.__getitem__)
