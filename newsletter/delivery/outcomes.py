"""What an answer means: taken, proven not taken, refused, or uncertain."""

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery.models import AttemptOutcome, SkipReason
from newsletter.outbox.guarding import UnsafeMessage

LONGEST_WAIT = timedelta(minutes=15)
DEFAULT_WAIT = timedelta(seconds=30)
REFUSED = frozenset({400, 401, 403, 404, 413, 422})
# In a request for one reader these are about that reader's address.
ABOUT_AN_ADDRESS = frozenset({400, 422})
OUR_KEY_IS_WRONG = frozenset({401, 403})
# With the code behind it: why a server took no mail of ours, whoever it was for.
REFUSED_BY_POLICY = "policy"
STATUS_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")

# The witness saw this attempt before: the ledger was rewound by a restored backup.
WITNESSED = "seen before by the witness"
WITNESS_SILENT = "the witness does not answer: not sent"
TOO_LATE = "too late: not sent by this worker"


class NothingLeft(Exception):
    """It is proven that a mail has not left; the text says why."""

    @property
    def is_too_late(self) -> bool:
        """Whether it was our own clock that forbade it."""
        return str(self) == TOO_LATE


class NoConnection(Exception):
    """No connection was made, for this reason."""

    def __init__(self, error: Exception) -> None:
        """Keep the reason."""
        super().__init__(type(error).__name__)
        self.error = error


@dataclass(frozen=True)
class Outcome:
    """How one attempt to hand over a batch ended.

    Attributes:
        kind: what is true of the first reader it is not fine with, else accepted.
        rejected: words of refusal by delivery id.
        taken: who was accepted before the trouble, where readers go one by one.
        uncertain: whose request gave no answer, likewise.
        untried: who was never tried, likewise.
        postponed: whose mailbox asks to come back later, likewise.
        set_apart: who leaves apart from the untried, to find who is refused. All five
            empty: ``kind`` holds for all.
        retry_after: how long to wait where nothing was taken.
    """

    kind: AttemptOutcome
    http_status: int | None = None
    error: str = ""
    rejected: dict[int, str] = field(default_factory=dict)
    taken: tuple[int, ...] = ()
    uncertain: tuple[int, ...] = ()
    untried: tuple[int, ...] = ()
    postponed: tuple[int, ...] = ()
    set_apart: tuple[int, ...] = ()
    retry_after: timedelta = DEFAULT_WAIT

    @property
    def needs_a_person(self) -> bool:
        """Whether going on makes no sense before somebody looked at our key."""
        return self.http_status in OUR_KEY_IS_WRONG


# This worker stood still for too long and has sent nothing.
NOT_TRIED = Outcome(AttemptOutcome.NOT_TAKEN, error=TOO_LATE)


def accepted(
    *, rejected: dict[int, str] | None = None, http_status: int | None = None
) -> Outcome:
    """Return the outcome of a request that was taken."""
    return Outcome(
        AttemptOutcome.ACCEPTED, http_status=http_status, rejected=rejected or {}
    )


def outcome_of_error(error: Exception) -> Outcome:
    """Return what an error proves. What proves nothing is uncertain.

    A 5xx may come after the mail was accepted; so may a reset or a time-out of reading.
    A refused connection, an unknown host and 429 prove that nothing was taken.
    """
    if isinstance(error, NothingLeft):
        return Outcome(AttemptOutcome.NOT_TAKEN, error=str(error))
    if isinstance(error, NoConnection):
        return _of_no_connection(error.error)
    if isinstance(error, AnymailAPIError) and error.status_code is not None:
        return _of_status(error)
    if isinstance(error, smtplib.SMTPException):
        return _of_smtp(error)
    if _never_connected(error):
        return Outcome(AttemptOutcome.NOT_TAKEN, error=_short(error))
    if _before_the_request(error):
        return Outcome(AttemptOutcome.FAILED, error=_short(error))
    return Outcome(AttemptOutcome.AMBIGUOUS, error=_short(error))


def _of_no_connection(error: Exception) -> Outcome:
    """Nothing has left, whatever the error would mean in the middle of a request."""
    outcome = outcome_of_error(error)
    if outcome.kind == AttemptOutcome.AMBIGUOUS:
        return replace(outcome, kind=AttemptOutcome.NOT_TAKEN)
    return outcome


def _of_smtp(error: smtplib.SMTPException) -> Outcome:
    """Read the answer's first digit (RFC 5321 section 4.2.1); no answer is no proof."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    else:
        codes = []
    words = f"SMTP {codes[0]}" if codes else _short(error)
    if isinstance(error, smtplib.SMTPAuthenticationError) and codes[0] >= 500:
        return Outcome(AttemptOutcome.FAILED, http_status=401, error=words)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome(AttemptOutcome.FAILED, error=words)
    if codes and all(400 <= code < 500 for code in codes):
        return Outcome(AttemptOutcome.NOT_TAKEN, error=words)
    if codes and all(500 <= code < 600 for code in codes):
        return Outcome(AttemptOutcome.FAILED, error=words)
    # smtplib says -1 where the connection broke in the middle of an answer.
    return Outcome(AttemptOutcome.AMBIGUOUS, error=words)


def _before_the_request(error: Exception) -> bool:
    """Tell whether django-anymail, or our own guard, gave up before asking anyone."""
    if isinstance(error, AnymailAPIError):
        return False
    return isinstance(error, (UnsafeMessage, AnymailError, AnymailConfigurationError))


def _of_status(error: AnymailAPIError) -> Outcome:
    status = int(error.status_code)
    if status == 429:
        return Outcome(
            AttemptOutcome.NOT_TAKEN,
            status,
            "429",
            retry_after=_retry_after(error),
        )
    kind = AttemptOutcome.FAILED if status in REFUSED else AttemptOutcome.AMBIGUOUS
    return Outcome(kind, status, f"HTTP {status}")


def _never_connected(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, (requests.ConnectTimeout, ConnectionRefusedError)):
            return True
        # Not any SSLError: a broken record may come in the middle of the answer.
        if isinstance(error, (socket.gaierror, ssl.SSLCertVerificationError)):
            return True
        if isinstance(error, requests.ConnectionError) and _says_no_connection(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _says_no_connection(error: requests.ConnectionError) -> bool:
    # requests hides urllib3's reason in its text; a reset says "Connection aborted".
    return any(
        words in str(error)
        for words in ("NewConnectionError", "NameResolutionError", "ConnectTimeout")
    )


def _retry_after(error: AnymailAPIError) -> timedelta:
    """Read Retry-After in seconds or as a date (RFC 9110 section 10.2.3), capped."""
    value = str(error.response.headers.get("Retry-After", "")).strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:6])), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(value) - timezone.now()
    except (TypeError, ValueError):
        return DEFAULT_WAIT
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _short(error: Exception) -> str:
    """Name the error without its text, which may hold an address."""
    if isinstance(error, UnsafeMessage):
        return str(error)[:300]
    return type(error).__name__


def by_policy(words: str) -> str:
    """Return the reason where a server refused for what we are or sent, else "".

    5.7.x is about the sender or the content, never about the mailbox (RFC 3463).
    """
    code = STATUS_CODE.search(words)
    is_policy = code is not None and code[0].startswith("5.7.")
    return f"{REFUSED_BY_POLICY} {code[0]}" if code and is_policy else ""


def words_of_refusal(error: Exception) -> str | None:
    """Return the words when an error is about one address; None when it is not.

    Only for requests with one reader each.
    """
    if isinstance(error, (AnymailRecipientsRefused, AnymailInvalidAddress)):
        return "refused"
    if isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)):
        outcome = _of_smtp(error)
        if outcome.kind != AttemptOutcome.FAILED:
            return None
        return by_policy(_said(error)) or outcome.error
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SkipReason.UNMAILABLE
    if isinstance(error, AnymailAPIError) and error.status_code in ABOUT_AN_ADDRESS:
        return f"refused {error.status_code}"
    return None


def _said(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> str:
    if isinstance(error, smtplib.SMTPDataError):
        said = [error.smtp_error]
    else:
        said = [words for _code, words in error.recipients.values()]
    return " ".join(
        one.decode("utf-8", "replace") if isinstance(one, bytes) else one
        for one in said
    )


def was_taken_before(error: Exception) -> bool:
    """Tell whether a provider knows the key of this mail: an earlier try was taken.

    Brevo, "Idempotency for batch emails": 400 with the code duplicate_parameter.
    """
    if not isinstance(error, AnymailAPIError) or error.status_code != 400:
        return False
    try:
        answer = error.response.json()
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("code") == "duplicate_parameter"


def asks_to_come_back(error: Exception) -> bool:
    """Tell whether one mailbox is busy or full now; 421 is about the whole server."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        400 <= code < 500 and code != 421 for code, _words in error.recipients.values()
    )


# --- In people's words ---

_CODE = re.compile(r"(?:HTTP|SMTP|refused|policy) (\S+)$")
_NAME_OF_ERROR = re.compile(r"\w*$", re.ASCII)
_NO_MAILBOX = gettext_lazy("this mailbox does not exist, or takes no mail from us")
_NOT_THIS_ADDRESS = gettext_lazy("the mail provider does not accept this address")
# What requests and events leave behind with one reader, without its code.
_REFUSALS = {
    "bounced": _NO_MAILBOX,
    REFUSED_BY_POLICY: gettext_lazy("this reader's mail server takes no mail from us"),
    "SMTP 550": _NO_MAILBOX,
    "SMTP 551": _NO_MAILBOX,
    "SMTP 553": _NO_MAILBOX,
    "SMTP 552": gettext_lazy("this mailbox is full"),
    "invalid": _NOT_THIS_ADDRESS,
    "refused": _NOT_THIS_ADDRESS,
    "the mail provider refuses this address": _NOT_THIS_ADDRESS,
    "blocked": gettext_lazy("the mail provider has blocked this address"),
    "timed_out": gettext_lazy("this mailbox did not answer for a long time"),
    "spam": gettext_lazy("this reader reported earlier mail as spam"),
}
_OURS = {
    WITNESSED: gettext_lazy("this may have left before, so it is looked up first"),
    WITNESS_SILENT: gettext_lazy("the second witness does not answer"),
    TOO_LATE: gettext_lazy("the worker was too late, so it has sent nothing"),
    "forbidden character in what is a reader's own": gettext_lazy(
        "a reader's name holds a sign that no mail may carry"
    ),
    "no reply in the manner of SMTP": gettext_lazy("it gave no answer"),
}


def refusal_in_words(reason: str) -> str:
    """Return why one reader was refused; a code stays: support will ask for it."""
    # What a provider refuses with a code of its own is about the address.
    known = _REFUSALS.get(reason) or _REFUSALS.get(reason.partition(" ")[0])
    return _with_code(str(known or _("refused by the mail provider")), reason)


def failure_in_words(outcome: Outcome) -> str:
    """Return why a group was refused, and what a person can do about it."""
    if outcome.needs_a_person:
        return _("The mail provider does not accept our key. Ask the administrator.")
    if _NAME_OF_ERROR.match(outcome.error):
        return _("This mail could not be handed over as it is. Ask the administrator.")
    why = str(_OURS.get(outcome.error, outcome.error))
    if code := _CODE.match(why):
        why = _("code %(code)s") % {"code": code[1]}
    return _(
        "The mail provider refused a group of readers (%(why)s). Ask the "
        "administrator to look, then go on or stop."
    ) % {"why": why.rstrip(".")}


def error_in_words(error: str) -> str:
    """Return what went wrong with a provider, without names of the machine room."""
    if error in _OURS:
        return str(_OURS[error])
    if _CODE.match(error):
        return _with_code(_("it answered with an error"), error)
    return _("it gave no answer") if _NAME_OF_ERROR.match(error) else error


def _with_code(words: str, said: str) -> str:
    if code := _CODE.match(said):
        return _("%(words)s (code %(code)s)") % {"words": words, "code": code[1]}
    return words
