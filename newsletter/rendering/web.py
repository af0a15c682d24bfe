"""A frozen issue as a page for everyone: nothing in it belongs to a reader."""

import re

from newsletter.rendering.canary import without_canary
from newsletter.rendering.models import Rendition
from newsletter.rendering.personal import Slot, mark, replace_slots
from newsletter.rendering.withdrawn_lines import PARAGRAPH, html_without_withdrawn

# Only for who got it as a mail: why they get it, and the ways out of it.
_WAYS = re.compile(
    rf'(?:{PARAGRAPH}\s*)?<p\b[^>]*\bclass="ways"[^>]*>(?:(?!</?p\b).)*</p>', re.DOTALL
)
_PERSONAL = re.compile(
    rf'<a\b[^>]*"(?:{mark(Slot.UNSUBSCRIBE_URL)}|{mark(Slot.PREFERENCES_URL)})"[^>]*>'
    r"(?:(?!</a>).)*</a>",
    re.DOTALL,
)
# With the dot that parts it from what stands before it.
_LINK_TO = r'(?:\s*·\s*)?<a\b[^>]*"%s"[^>]*>(?:(?!</a>).)*</a>'
_BODY = re.compile(r"<body\b[^>]*>")


def web_page(
    rendition: Rendition,
    *,
    address: str,
    head: str = "",
    above: str = "",
    below: str = "",
) -> str:
    """Return the HTML for the browser, without the name and the personal addresses.

    Args:
        address: of this page: links to it ("View online") are left out.
        head: goes to the end of the head; ``above`` and ``below`` around the mail.
    """
    html = html_without_withdrawn(rendition, rendition.html)
    html = _PERSONAL.sub("", _WAYS.sub("", without_canary(html)))
    html = re.sub(_LINK_TO % re.escape(address), "", html, flags=re.DOTALL)
    html = replace_slots(html, lambda slot: "")
    html = html.replace("</head>", f"{head}</head>", 1)
    html = _BODY.sub(lambda begin: begin[0] + above, html, count=1)
    return f"{below}</body>".join(html.rsplit("</body>", 1))
