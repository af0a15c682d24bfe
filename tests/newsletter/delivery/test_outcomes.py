"""What an answer proves; what proves nothing is uncertain, never "try again"."""

import smtplib
import ssl
from datetime import timedelta

import pytest
import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailRequestsAPIError,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)

from newsletter.delivery.models import AttemptOutcome
from newsletter.delivery.outcomes import (
    DEFAULT_WAIT,
    LONGEST_WAIT,
    WITNESS_SILENT,
    NoConnection,
    Outcome,
    error_in_words,
    failure_in_words,
    outcome_of_error,
    refusal_in_words,
    words_of_refusal,
)
from newsletter.outbox.guarding import UnsafeMessage

TAKEN_OR_NOT = AttemptOutcome.AMBIGUOUS
NOT_TAKEN, FAILED = AttemptOutcome.NOT_TAKEN, AttemptOutcome.FAILED


def answered(status, **headers):
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    return AnymailRequestsAPIError(response=response)


def caused_by(error):
    """What django-anymail raises around an error of requests."""
    try:
        try:
            raise error
        except Exception as cause:
            raise AnymailRequestsAPIError("failed", response=None) from cause
    except AnymailRequestsAPIError as whole:
        return whole


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_refusal_is_a_refusal(status):
    assert outcome_of_error(answered(status)).kind == FAILED


@pytest.mark.parametrize("status", [200, 202, 302, 402, 408, 409, 500, 502, 503, 504])
def test_any_other_status_proves_nothing(status):
    assert outcome_of_error(answered(status)).kind == TAKEN_OR_NOT


WAITS = [
    ("7", timedelta(seconds=7)),
    ("0", timedelta(0)),
    ("31536000", LONGEST_WAIT),
    ("", DEFAULT_WAIT),
    ("soon", DEFAULT_WAIT),
    ("-5", DEFAULT_WAIT),
    ("²", DEFAULT_WAIT),
    ("Sun, 29 Nov 2099 08:00:00 GMT", LONGEST_WAIT),
    ("Sun, 29 Nov 1999 08:00:00 GMT", timedelta(0)),
]


@pytest.mark.parametrize(("said", "wait"), WAITS)
def test_429_waits_as_told_within_reason(said, wait):
    outcome = outcome_of_error(answered(429, **{"Retry-After": said}))
    assert (outcome.kind, outcome.retry_after) == (NOT_TAKEN, wait)


@pytest.mark.parametrize(
    "error",
    [
        requests.ConnectTimeout(),
        ConnectionRefusedError(),
        ssl.SSLCertVerificationError("hostname mismatch"),
        requests.ConnectionError("NewConnectionError: no route"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_never_connected_took_nothing(error):
    assert outcome_of_error(caused_by(error)).kind == NOT_TAKEN


@pytest.mark.parametrize(
    "error",
    [
        requests.ReadTimeout(),
        requests.ConnectionError("Connection aborted.", ConnectionResetError()),
        requests.exceptions.SSLError("decryption failed or bad record mac"),
        requests.exceptions.ChunkedEncodingError(),
        BrokenPipeError(),
        TimeoutError(),
        ValueError(),
        MemoryError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_broke_after_connecting_proves_nothing(error):
    assert outcome_of_error(caused_by(error)).kind == TAKEN_OR_NOT
    assert outcome_of_error(error).kind == TAKEN_OR_NOT


@pytest.mark.parametrize(
    "error",
    [
        UnsafeMessage("forbidden character in Subject"),
        AnymailUnsupportedFeature(),
        AnymailSerializationError(),
        AnymailConfigurationError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_gave_up_before_asking_is_ours_to_mend(error):
    assert outcome_of_error(error).kind == FAILED


def test_an_api_error_without_a_status_proves_nothing():
    assert outcome_of_error(AnymailAPIError("boto says no")).kind == TAKEN_OR_NOT


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (smtplib.SMTPSenderRefused(550, b"no", "a@b"), FAILED),
        (smtplib.SMTPSenderRefused(421, b"later", "a@b"), NOT_TAKEN),
        (smtplib.SMTPDataError(554, b"no"), FAILED),
        (smtplib.SMTPDataError(451, b"later"), NOT_TAKEN),
        (smtplib.SMTPDataError(-1, b"cut"), TAKEN_OR_NOT),
        (smtplib.SMTPServerDisconnected("gone"), TAKEN_OR_NOT),
        (smtplib.SMTPRecipientsRefused({"a@b": (450, b"later")}), NOT_TAKEN),
        (smtplib.SMTPRecipientsRefused({}), TAKEN_OR_NOT),
        (smtplib.SMTPAuthenticationError(535, b"no"), FAILED),
        (smtplib.SMTPAuthenticationError(454, b"later"), NOT_TAKEN),
    ],
    ids=str,
)
def test_a_mail_servers_first_digit_decides(error, kind):
    assert outcome_of_error(error).kind == kind


def test_a_connection_that_was_never_made_took_nothing():
    for error in (TimeoutError(), smtplib.SMTPServerDisconnected()):
        assert outcome_of_error(NoConnection(error)).kind == NOT_TAKEN
        assert outcome_of_error(error).kind == TAKEN_OR_NOT


def test_no_address_of_a_reader_stands_in_what_is_kept():
    error = smtplib.SMTPRecipientsRefused({"alice@example.nl": (550, b"alice")})
    assert "alice" not in outcome_of_error(error).error
    assert "alice" not in outcome_of_error(ValueError("alice@example.nl")).error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            smtplib.SMTPRecipientsRefused({"a@b.nl": (550, b"5.7.1 <a@b.nl> no")}),
            "policy 5.7.1",
        ),
        (smtplib.SMTPDataError(554, b"5.7.9 DMARC"), "policy 5.7.9"),
        (smtplib.SMTPDataError(554, "5.1.1 nobody, see 5.7.1"), "SMTP 554"),
        (smtplib.SMTPRecipientsRefused({"5.7.1@b.nl": (550, b"no")}), "SMTP 550"),
    ],
)
def test_a_refusal_by_policy_keeps_its_code(error, reason):
    assert words_of_refusal(error) == reason


# --- In people's words ---


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("refused 400", "de mailprovider accepteert dit adres niet (code 400)"),
        ("refused mj-0013", "de mailprovider accepteert dit adres niet (code mj-0013)"),
        ("refused", "de mailprovider accepteert dit adres niet"),
        ("SMTP 552", "deze mailbox is vol (code 552)"),
        (
            "policy 5.7.1",
            "de mailserver van deze lezer neemt geen mail van ons aan (code 5.7.1)",
        ),
        ("SMTP 554", "geweigerd door de mailprovider (code 554)"),
        ("timed_out", "deze mailbox antwoordde lange tijd niet"),
        ("other", "geweigerd door de mailprovider"),
    ],
)
def test_why_a_reader_was_refused_is_said_in_words(reason, words):
    assert refusal_in_words(reason) == words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("HTTP 503", "hij antwoordde met een fout (code 503)"),
        ("ReadTimeout", "hij gaf geen antwoord"),
        (WITNESS_SILENT, "de tweede getuige antwoordt niet"),
        ("De mailprovider vroeg om rust.", "De mailprovider vroeg om rust."),
    ],
)
def test_what_is_wrong_with_a_provider_is_said_in_words(error, words):
    assert error_in_words(error) == words


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (400, "HTTP 400", "weigerde een groep lezers (code 400)"),
        (None, "refused 413", "weigerde een groep lezers (code 413)"),
        (None, "SMTP 554", "weigerde een groep lezers (code 554)"),
        (401, "HTTP 401", "accepteert onze sleutel niet"),
        (None, "AnymailUnsupportedFeature", "kon zo niet worden verstuurd"),
        (
            None,
            "forbidden character in what is a reader's own",
            "(in de naam van een lezer staat een teken dat geen mail mag dragen)",
        ),
        (None, "elke lezer werd geweigerd", "(elke lezer werd geweigerd)"),
    ],
)
def test_a_pause_says_what_was_refused_and_what_to_do(status, error, words):
    said = failure_in_words(Outcome(FAILED, status, error))
    assert words in said
    assert "beheerder" in said
    assert len(said) <= 200
    assert not [name for name in ("HTTP", "SMTP", "Anymail") if name in said]
