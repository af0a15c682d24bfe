"""Domains that get no mail: refused only when that is certain."""

import dns.exception
import dns.resolver
import pytest
from django.core.cache import cache

from subscribers.addresses import InvalidAddress
from subscribers.domains import NobodyAnswers, refuse_impossible, takes_mail


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()
    yield
    cache.clear()


def says(answer):
    def lookup(domain):
        asked.append(domain)
        if isinstance(answer, Exception):
            raise answer
        return answer

    asked: list[str] = []
    return lookup, asked


@pytest.mark.parametrize("ending", ["test", "EXAMPLE", "invalid", "local", "internal"])
def test_a_domain_that_was_set_aside_is_refused_without_asking(ending):
    lookup, asked = says(True)
    with pytest.raises(InvalidAddress, match="(?i)shop"):
        refuse_impossible(f"jan@shop.{ending}", lookup=lookup)
    assert asked == []


def test_a_domain_that_takes_mail_passes_and_is_asked_for_once():
    lookup, asked = says(True)
    for _ in range(3):
        refuse_impossible("jan@bestaat.nl", lookup=lookup)
    assert asked == ["bestaat.nl"]


def test_a_domain_that_certainly_takes_none_is_refused_in_plain_words():
    lookup, asked = says(False)
    for _ in range(2):
        with pytest.raises(InvalidAddress, match="bestaat-niet.nl"):
            refuse_impossible("jan@bestaat-niet.nl", lookup=lookup)
    assert asked == ["bestaat-niet.nl"]


def test_silence_lets_everybody_pass_and_is_waited_for_once():
    lookup, asked = says(NobodyAnswers())
    for name in ("een", "twee", "drie"):
        refuse_impossible(f"jan@{name}.nl", lookup=lookup)
    assert asked == ["een.nl"]


def test_mail_that_stays_in_the_house_asks_nobody(settings, monkeypatch):
    settings.EMAIL_PROVIDER = "local"
    monkeypatch.setattr("subscribers.domains.takes_mail", says(False)[0])
    refuse_impossible("jan@bestaat-niet.nl")
    settings.EMAIL_PROVIDER = "mailgun"
    with pytest.raises(InvalidAddress):
        refuse_impossible("jan@bestaat-niet.nl")


class Row:
    def __init__(self, exchange):
        self.exchange = exchange


MX, NULL_MX, A = [Row("mx.x.nl.")], [Row(".")], [object()]
NOTHING = dns.resolver.NoAnswer()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"MX": MX}, True),
        ({"MX": NULL_MX}, False),
        ({"MX": NOTHING, "A": A}, True),
        ({"MX": NOTHING, "A": NOTHING, "AAAA": A}, True),
        ({"MX": NOTHING, "A": NOTHING, "AAAA": NOTHING}, False),
        ({"MX": dns.resolver.NXDOMAIN()}, False),
    ],
    ids=["MX", "null MX", "only A", "only AAAA", "neither", "no such domain"],
)
def test_what_name_servers_say_is_read_as_the_standard_has_it(
    answers, expected, monkeypatch
):
    monkeypatch.setattr(dns.resolver.Resolver, "resolve", answering(answers))
    assert takes_mail("x.nl") is expected


@pytest.mark.parametrize(
    "trouble",
    [dns.resolver.LifetimeTimeout(timeout=1, errors=[]), dns.resolver.NoNameservers()],
    ids=["silence", "ill"],
)
def test_a_name_server_that_is_ill_says_nothing(trouble, monkeypatch):
    monkeypatch.setattr(dns.resolver.Resolver, "resolve", answering({"MX": trouble}))
    with pytest.raises(NobodyAnswers):
        takes_mail("x.nl")


def answering(answers):
    def resolve(resolver, name, kind):
        assert name == "x.nl."
        answer = answers[kind]
        if isinstance(answer, dns.exception.DNSException):
            raise answer
        return answer

    return resolve
