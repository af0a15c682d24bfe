"""The code to paste on another site: our form in a frame, and as plain HTML."""

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import override

from newsletter.links import absolute_url
from subscribers.models import MailingList, Topic
from subscribers.pages import consent_wording

# In pixels, on the narrowest phone, where lines break most.
_FRAME, _LEGEND, _A_TOPIC = 660, 50, 104


def frame_code(mailing_list: MailingList) -> str:
    """Return the frame: all that it needs is on our side."""
    return _rendered("frame", mailing_list)


def frame_height(mailing_list: MailingList) -> int:
    """Return how many pixels the frame needs, so that nobody scrolls inside it."""
    topics = Topic.objects.offered(mailing_list).count()
    return _FRAME + (_LEGEND + _A_TOPIC * topics if topics else 0)


def form_code(mailing_list: MailingList) -> str:
    """Return the plain form, to be dressed by the site's own stylesheet."""
    return _rendered("form", mailing_list)


def _rendered(kind: str, mailing_list: MailingList) -> str:
    topics = Topic.objects.offered(mailing_list)
    with override(mailing_list.language):
        code = render_to_string(
            f"subscribers/snippets/{kind}.html",
            {
                "mailing_list": mailing_list,
                "topics": topics,
                "address": absolute_url("embedded_form", mailing_list.slug),
                "privacy_url": absolute_url("privacy"),
                "script_url": f"{settings.SITE_URL}{static('subscribers/form.js')}",
                "wording": consent_wording(mailing_list),
                "height": frame_height(mailing_list),
            },
        )
    return "\n".join(line for line in code.splitlines() if line.strip())
