"""Signing up and off by address: the same answer for everybody."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import override
from ninja import Router

from newsletter.api.access import client_asking
from newsletter.api.finding import list_called, topics_called
from newsletter.api.problems import Problem
from newsletter.api.schemas import Accepted, SignOff, SignUp, Visitor
from newsletter.api.writing import answer_once
from newsletter.characters import FORBIDDEN_IN_LINE, without_forbidden
from newsletter.clients.answers import Answer
from newsletter.clients.models import Client, Scope
from subscribers import consent
from subscribers.addresses import InvalidAddress, address_key, clean_address
from subscribers.evidence import NO_EVIDENCE, Evidence, plain_ip_address
from subscribers.flood import tell_of_flood
from subscribers.forms import name_or_error, reachable_address
from subscribers.limits import LIST_LIMIT, TooMany, count_sign_up, take_all
from subscribers.limits import sign_ups_of as limit_of
from subscribers.models import MailingList, Subscription
from subscribers.pages import consent_wording

router = Router(tags=["Signing up and off"])
ACCEPTED = Answer(HTTPStatus.ACCEPTED, Accepted().model_dump_json())


@router.post("/subscriptions", response={202: Accepted}, summary="Sign somebody up")
def sign_up(request: HttpRequest, sent: SignUp) -> HttpResponse:
    """Mail a link to confirm; nobody reads along before pressing it.

    Needs the scope `subscribe`. Who reads already gets a helpful mail instead, and who
    was mailed enough today gets none. The sentences in `errors` are in the language of
    the newsletter, to be shown to your visitor.
    """
    client = client_asking(request, Scope.SUBSCRIBE)
    mailing_list = list_called(sent.mailing_list)
    with override(mailing_list.language):
        try:
            return answer_once(
                request, client, lambda: _take_in(client, mailing_list, sent)
            )
        except TooMany as full:
            raise _held(mailing_list, full) from full


def _take_in(client: Client, mailing_list: MailingList, sent: SignUp) -> Answer:
    now = timezone.now()
    address, first_name = _typed(sent, mailing_list)
    topics = topics_called(sent.topics, mailing_list)
    evidence = _evidence(sent.visitor)
    _count(mailing_list, evidence, now=now)
    consent.subscribe(
        mailing_list=mailing_list,
        address=address,
        first_name=first_name,
        topics=topics,
        wording=consent_wording(mailing_list),
        channel=channel_of(client),
        source=_one_line(sent.source) or client.name,
        evidence=evidence,
        now=now,
    )
    return ACCEPTED


def channel_of(client: Client) -> str:
    """Return what stands with a consent that came this way."""
    return f"API: {client.name}"


def _typed(sent: SignUp, mailing_list: MailingList) -> tuple[str, str]:
    errors: list[tuple[str, str]] = []
    address = first_name = ""
    try:
        address = reachable_address(sent.address, mailing_list)
    except ValidationError as wrong:
        errors += [("address", sentence) for sentence in wrong.messages]
    try:
        first_name = name_or_error(sent.first_name)
    except ValidationError as wrong:
        errors += [("first_name", sentence) for sentence in wrong.messages]
    if errors:
        raise Problem(422, "not-valid", "What was typed cannot be.", errors=errors)
    return address, first_name


def _evidence(visitor: Visitor | None) -> Evidence:
    if visitor is None:
        return NO_EVIDENCE
    address = plain_ip_address(visitor.ip_address)
    if visitor.ip_address and address is None:
        raise Problem(
            422,
            "not-valid",
            "Something in the request is not as it should be; errors says what.",
            errors=[("visitor.ip_address", "This is no IP address.")],
        )
    return Evidence(address, without_forbidden(visitor.user_agent))


def _count(mailing_list: MailingList, evidence: Evidence, *, now: datetime) -> None:
    """Count for the list, and for the visitor's network where we know it."""
    if evidence.ip_address:
        count_sign_up(mailing_list, evidence, now=now)
    else:
        take_all([(limit_of(mailing_list), f"list {mailing_list.pk}")], now=now)


def _held(mailing_list: MailingList, full: TooMany) -> Problem:
    """Tell colleagues of a flood, outside of what is taken back with the request."""
    if full.limit.name == LIST_LIMIT:
        tell_of_flood(mailing_list, now=timezone.now())
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-sign-ups",
        "So many signed up within the hour that we wait a little.",
        retry_after=int(full.limit.within.total_seconds()),
    )


def _one_line(text: str) -> str:
    return " ".join(FORBIDDEN_IN_LINE.sub(" ", text).split())


@router.post("/unsubscribe", response={202: Accepted}, summary="Sign somebody off")
def sign_off(request: HttpRequest, sent: SignOff) -> HttpResponse:
    """End a subscription at once, whoever's address it is.

    Needs the scope `unsubscribe`.
    """
    client = client_asking(request, Scope.UNSUBSCRIBE)
    mailing_list = list_called(sent.mailing_list)
    return answer_once(request, client, lambda: _let_go(client, mailing_list, sent))


def _let_go(client: Client, mailing_list: MailingList, sent: SignOff) -> Answer:
    for subscription in _places(mailing_list, sent.address):
        consent.unsubscribe(
            subscription, through=channel_of(client), now=timezone.now()
        )
    return ACCEPTED


def _places(mailing_list: MailingList, typed: str) -> Iterable[Subscription]:
    try:
        address = clean_address(typed)
    except InvalidAddress:
        # Nobody has it, so nobody has to be let go.
        return []
    key = address_key(address)
    places = Subscription.objects.filter(
        # Also of who had this address before two rows of theirs were made one.
        Q(subscriber__address_key=key) | Q(subscriber__merged__address_key=key),
        mailing_list=mailing_list,
    )
    return places.select_related("subscriber", "mailing_list").distinct()
