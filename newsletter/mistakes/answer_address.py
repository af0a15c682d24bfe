"""Where an answer to a reader's mail goes (RFC 5322 section 3.6.2).

Whoever writes may ask for answers elsewhere. It is heeded where one person asks for one
address; a mailing list sets this header too, and an answer of ours to everybody on it
would be no answer. Colleagues see where an answer goes before they write it.
"""

from email.message import Message
from email.utils import getaddresses

from newsletter.mistakes.decoding import raw_headers
from newsletter.mistakes.machines import is_of_no_person, value
from newsletter.mistakes.reading import ADDRESS, Letter
from newsletter.rendering.reply_to import is_ours
from subscribers.addresses import InvalidAddress, clean_address
from subscribers.models import MailingList

_OF_A_LIST = ("List-Id", "List-Post", "List-Unsubscribe", "Mailing-List")


def address_to_answer(letter: Letter) -> str:
    """Return where answers are asked to go; "" for where the mail came from."""
    address = _asked_for(letter.message)
    if not address or address.casefold() == letter.from_address.casefold():
        return ""
    if _is_of_a_list(letter.message) or is_of_no_person(address) or _is_ours(address):
        return ""
    return address


def _asked_for(message: Message) -> str:
    """Return the one address that is asked for; of several none is the right one."""
    told = raw_headers(message, "Reply-To")
    if len(told) != 1:
        return ""
    found = [address for _name, address in getaddresses(told[:1]) if address]
    if len(found) != 1 or not ADDRESS.fullmatch(found[0]):
        return ""
    try:
        return clean_address(found[0])
    except InvalidAddress:
        return ""


def _is_of_a_list(message: Message) -> bool:
    return value(message, "Precedence") in ("bulk", "junk", "list") or any(
        name in message for name in _OF_A_LIST
    )


def _is_ours(address: str) -> bool:
    """Tell whether an answer would come back to us."""
    senders = MailingList.objects.values_list("sender_address", flat=True)
    return is_ours(address) or address.casefold() in {one.casefold() for one in senders}
