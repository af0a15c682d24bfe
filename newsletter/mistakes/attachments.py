"""What came along with a mail: listed, judged, and handed out to colleagues only.

The bytes stay inside the raw message, so that nothing a stranger sent lies anywhere as
a file, and forgetting the mail forgets them.
"""

import email
from collections.abc import Sequence

from newsletter.mistakes.models import ReaderMail, ReaderMailAttachment, WhyNot
from newsletter.mistakes.reading import Enclosure, bytes_of_part

LARGEST = 15_000_000
MOST = 20
# What a reader sends of a page, a photo or a letter; none of it runs.
HANDED_OUT = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "image/gif",
        "image/heic",
        "image/heif",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/webp",
        "message/rfc822",
        "text/calendar",
        "text/plain",
    }
)
# The database counts no further; nobody puts a mail together from so many parts.
_LAST_PART = 32_767
# Windows goes by the end of a name, whatever the mail calls the file.
_RUNS = (
    ".bat .chm .cmd .com .cpl .docm .exe .hta .htm .html .iso .jar .js .jse .lnk .msi"
    " .ps1 .reg .scr .svg .url .vbe .vbs .wsf .xlsm .zip"
)


class NotHandedOut(Exception):
    """The file is not given to anybody; the text says why."""


def keep_list(mail: ReaderMail, enclosures: Sequence[Enclosure]) -> None:
    """Write down what came along with a mail that was just kept."""
    ReaderMailAttachment.objects.bulk_create(
        ReaderMailAttachment(
            reader_mail=mail,
            part=one.part,
            name=one.name,
            content_type=one.content_type,
            size=one.size,
            refused=_why_not(one, number),
        )
        for number, one in enumerate(enclosures[: 10 * MOST])
        if one.part <= _LAST_PART
    )


def _why_not(enclosure: Enclosure, number: int) -> str:
    ending = f".{enclosure.name.lower().rpartition('.')[2]}"
    if enclosure.content_type not in HANDED_OUT or ending in _RUNS.split():
        return WhyNot.TYPE
    if enclosure.size > LARGEST:
        return WhyNot.SIZE
    return WhyNot.COUNT if number >= MOST else ""


def bytes_of(attachment: ReaderMailAttachment) -> bytes:
    """Return a file as it was sent.

    Raises:
        NotHandedOut: refused when it came in, or forgotten with its mail.
    """
    raw = attachment.reader_mail.raw
    if attachment.refused or raw is None:
        raise NotHandedOut
    message = email.message_from_bytes(bytes(raw))
    for number, part in enumerate(message.walk()):
        if number == attachment.part:
            return bytes_of_part(part)
    raise NotHandedOut
