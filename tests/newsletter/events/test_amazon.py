"""What Amazon signed for a topic of ours comes in, and nothing else."""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from newsletter.events import amazon
from newsletter.events.amazon import NotGenuine, message_in, refuse_forged, signed_text
from newsletter.events.models import ProviderCall
from newsletter.fetching import CannotFetch, Fetched

NOW = datetime(2026, 11, 29, 7, 5, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:zondag"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem"
SUBSCRIBE = (
    "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription"
    "&TopicArn=arn:aws:sns:eu-west-1:123456789012:zondag&Token=2336412f37"
)
DOOR = "/anymail/amazon_ses/tracking/"


@pytest.fixture(autouse=True)
def topics(settings):
    settings.SNS_TOPICS = [TOPIC]


@cache
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(days=365):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    began = NOW - timedelta(days=days)
    built = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key().public_key(),
        serial_number=1,
        not_valid_before=began,
        not_valid_after=began + timedelta(days=730),
    )
    return built.sign(key(), SHA256()).public_bytes(Encoding.PEM)


def message(*, version="2", **values):
    said = {
        "Type": "Notification",
        "MessageId": "22b80b92",
        "TopicArn": TOPIC,
        "Message": "{}",
        "Timestamp": "2026-11-29T07:01:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
    } | values
    return said | {"Signature": signature(said)}


def signature(said):
    version = said["SignatureVersion"]
    algorithm = SHA1() if version == "1" else SHA256()  # noqa: S303 (Amazon's first)
    signed = key().sign(signed_text(said), PKCS1v15(), algorithm)
    return base64.b64encode(signed).decode()


def check(said, now=NOW, pem=None):
    refuse_forged(said, now=now, certificate_at=lambda _address: pem or certificate())


def refusal(said, **how):
    with pytest.raises(NotGenuine) as refused:
        check(said, **how)
    return str(refused.value)


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_amazon_signed_is_genuine(version):
    check(message(version=version))
    check(message(version=version, Subject="Bounce"))


def test_names_and_values_are_signed_in_the_order_of_the_names():
    said = {"Type": "Notification", "Message": "a", "Subject": "b", "Other": "c"}
    assert signed_text(said) == b"Message\na\nSubject\nb\nType\nNotification\n"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"Message": '{"eventType": "Complaint"}'}, "signature does not fit"),
        ({"Subject": "added"}, "signature does not fit"),
        ({"Signature": "no base64"}, "signature does not fit"),
        ({"Signature": ""}, "signature does not fit"),
        ({"SignatureVersion": "1"}, "signature does not fit"),
        ({"SignatureVersion": "3"}, "unknown version"),
        ({"TopicArn": TOPIC + "2"}, "SNS_TOPICS"),
        ({"Timestamp": "gisteren"}, "when"),
        ({"Timestamp": "2026-13-29T07:01:00Z"}, "when"),
        ({"Timestamp": "2026-11-29T07:01:00"}, "when"),
    ],
)
def test_whoever_changes_a_message_is_refused(change, why):
    assert why in refusal(message() | change)


@pytest.mark.parametrize(
    "address",
    [
        CERTIFICATE.replace("https", "http"),
        CERTIFICATE.replace(".com", ".com.example.nl"),
        CERTIFICATE.replace("sns.", "sns.evil.example.nl/sns."),
        CERTIFICATE.replace("https://", "https://sns.example.nl@"),
        # That host repeats what somebody asks it to.
        "https://sns.eu-west-1.amazonaws.com/?x=/SimpleNotificationService-0a1b.pem",
        "https://mybucket.s3.amazonaws.com/SimpleNotificationService-0a1b.pem",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_never_fetched(address):
    def never(address):
        raise AssertionError(address)

    with pytest.raises(NotGenuine, match="certificate"):
        refuse_forged(message(SigningCertURL=address), now=NOW, certificate_at=never)


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "ap-southeast-2"])
def test_every_region_of_amazon_is_amazon(region):
    china = ".cn" if region.startswith("cn-") else ""
    host = f"sns.{region}.amazonaws.com{china}"
    address = CERTIFICATE.replace("sns.eu-west-1.amazonaws.com", host)
    check(message(SigningCertURL=address))


@pytest.mark.parametrize("hours", [-1, 26])
def test_an_old_message_told_again_is_refused(hours):
    assert "written at" in refusal(message(), now=NOW + timedelta(hours=hours))


@pytest.mark.parametrize("pem", [b"no certificate", b"-----BEGIN CERTIFICATE-----"])
def test_a_certificate_that_is_none_is_refused(pem):
    assert "cannot be read" in refusal(message(), pem=pem)


def test_a_certificate_that_ran_out_is_refused():
    assert "not valid" in refusal(message(), pem=certificate(days=1000))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"Type": "Other"}', b"[" * 100_000])
def test_what_is_no_message_is_refused(body):
    with pytest.raises(NotGenuine):
        message_in(body)


# --- At the door ---


@pytest.fixture
def asked(monkeypatch, secrets, time_machine):
    """Stand in for Amazon: return the addresses that were asked."""
    time_machine.move_to(NOW, tick=False)
    amazon.cache.clear()
    addresses = []

    def fetch(address, **how):
        addresses.append(address)
        return Fetched(address, 200, "", certificate(), (), {})

    monkeypatch.setattr(amazon, "fetch", fetch)
    return addresses


def call(client, said, authorization="Basic bmFtZTpzZWNyZXQ="):
    headers = {
        "Authorization": authorization,
        "x-amz-sns-message-type": said["Type"],
        "x-amz-sns-message-id": said["MessageId"],
    }
    return client.post(DOOR, json.dumps(said), "text/plain", headers=headers)


@pytest.mark.django_db
def test_a_genuine_message_is_kept_and_the_certificate_fetched_once(client, asked):
    for number in range(2):
        assert call(client, message(MessageId=str(number))).status_code == 200
    assert ProviderCall.objects.count() == 2
    assert asked == [CERTIFICATE]


@pytest.mark.django_db
def test_what_is_forged_is_refused_at_the_door(client, asked):
    forged = message() | {"Message": "changed"}
    assert call(client, forged).status_code == 400
    assert not ProviderCall.objects.exists()


@pytest.mark.django_db
def test_without_the_secret_nothing_is_fetched(client, asked):
    assert call(client, message(), "Basic bmFtZTp3cm9uZw==").status_code == 400
    assert not asked


def test_a_topic_of_ours_is_said_yes_to(client, asked):
    said = message(Type=amazon.CONFIRMATION, SubscribeURL=SUBSCRIBE, Token="2336412f37")
    assert call(client, said).status_code == 200
    assert asked == [CERTIFICATE, SUBSCRIBE]


def test_yes_is_said_to_nobody_but_amazon(client, asked):
    elsewhere = SUBSCRIBE.replace("amazonaws.com", "amazonaws.com.example.nl")
    said = message(Type=amazon.CONFIRMATION, SubscribeURL=elsewhere, Token="2336")
    assert call(client, said).status_code == 400
    assert asked == [CERTIFICATE]


def test_without_topics_amazon_has_no_door_here(client, asked, settings):
    settings.SNS_TOPICS = []
    assert call(client, message()).status_code == 404


@pytest.mark.django_db
def test_while_amazon_does_not_answer_it_may_tell_us_again(client, asked, monkeypatch):
    def away(address, **how):
        raise CannotFetch("away")

    monkeypatch.setattr(amazon, "fetch", away)
    assert call(client, message()).status_code == 503
