"""Looking people up, and changing what they chose."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import override
from ninja import Path, Router

from newsletter.api.access import client_asking
from newsletter.api.finding import (
    list_called,
    person_called,
    place_of,
    topics_called,
)
from newsletter.api.problems import Problem, nothing_here
from newsletter.api.schemas import (
    LookUp,
    PersonChange,
    PersonOut,
    Slug,
    SubscriptionChange,
    SubscriptionOut,
)
from newsletter.api.subscriptions import channel_of
from newsletter.api.writing import answer_once
from newsletter.clients.answers import Answer
from newsletter.clients.models import Client, Scope
from subscribers import choices, consent
from subscribers.addresses import InvalidAddress, clean_address
from subscribers.forms import name_or_error
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.models.mailing_lists import refuse_unknown_zone

router = Router(tags=["People"])
DONE = Answer(HTTPStatus.NO_CONTENT)


# --- Looking up ---


@router.post("/subscribers/look-up", response=PersonOut, summary="Find somebody")
def look_up(request: HttpRequest, sent: LookUp) -> PersonOut:
    """Tell what we know of whoever has an address. Needs the scope `look-up`."""
    client_asking(request, Scope.LOOK_UP)
    try:
        address = clean_address(sent.address)
    except InvalidAddress as invalid:
        raise nothing_here() from invalid
    known = Subscriber.objects.by_address(address).select_related("merged_into")
    found = known.first()
    if found is None:
        raise nothing_here()
    return _told(found.now)


@router.get("/subscribers/{uuid:person}", response=PersonOut, summary="Read somebody")
def read_person(request: HttpRequest, person: Path[UUID]) -> PersonOut:
    """Tell what we know of whoever has an id. Needs the scope `look-up`."""
    client_asking(request, Scope.LOOK_UP)
    return _told(person_called(person))


def _told(person: Subscriber) -> PersonOut:
    places = Subscription.objects.filter(subscriber=person)
    places = places.select_related("mailing_list").prefetch_related("topics")
    return PersonOut(
        id=person.uuid,
        address=person.address,
        first_name=person.first_name,
        time_zone=person.time_zone,
        known_since=person.created_at,
        subscriptions=[_place_told(place) for place in places.order_by("pk")],
    )


def _place_told(place: Subscription) -> SubscriptionOut:
    today = timezone.localdate(timezone=place.mailing_list.zone)
    mailable = Subscription.objects.filter(pk=place.pk).mailable(today)
    return SubscriptionOut(
        mailing_list=place.mailing_list.slug,
        state=place.state,
        is_mailed=mailable.exists(),
        topics=sorted(topic.name for topic in place.topics.all()),
        rhythm=place.rhythm,
        paused_until=place.paused_until,
        source=place.source,
        asked_at=place.created_at,
        confirmed_at=place.confirmed_at,
        unsubscribed_at=place.unsubscribed_at,
    )


# --- Changing ---


@router.patch(
    "/subscribers/{uuid:person}", response={204: None}, summary="Change a person"
)
def change_person(
    request: HttpRequest, person: Path[UUID], sent: PersonChange
) -> HttpResponse:
    """Change name or zone, on every newsletter. Needs the scope `change`."""
    client = client_asking(request, Scope.CHANGE)
    return answer_once(request, client, lambda: _change_person(client, person, sent))


def _change_person(client: Client, person: UUID, sent: PersonChange) -> Answer:
    known = person_called(person)
    places = known.subscriptions.select_related("subscriber", "mailing_list")
    place = places.order_by("pk").first()
    if place is None:
        return DONE
    with override(place.mailing_list.language):
        first_name = _name(sent.first_name)
        _refuse_unknown_zone(sent.time_zone)
        channel, now = channel_of(client), timezone.now()
        if first_name is not None:
            choices.change_name(place, first_name, channel=channel, now=now)
        if sent.time_zone is not None:
            choices.choose_zone(place, sent.time_zone, channel=channel, now=now)
    return DONE


def _name(typed: str | None) -> str | None:
    try:
        return None if typed is None else name_or_error(typed)
    except ValidationError as wrong:
        raise _not_valid("first_name", wrong) from wrong


def _refuse_unknown_zone(name: str | None) -> None:
    try:
        if name:
            refuse_unknown_zone(name)
    except ValidationError as wrong:
        raise _not_valid("time_zone", wrong) from wrong


def _not_valid(field: str, wrong: ValidationError) -> Problem:
    errors = [(field, sentence) for sentence in wrong.messages]
    return Problem(422, "not-valid", "What was typed cannot be.", errors=errors)


@router.patch(
    "/subscribers/{uuid:person}/subscriptions/{slug:mailing_list}",
    response={204: None},
    summary="Change a subscription",
)
def change_subscription(
    request: HttpRequest,
    person: Path[UUID],
    mailing_list: Path[Slug],
    sent: SubscriptionChange,
) -> HttpResponse:
    """Change what somebody chose of one newsletter. Needs the scope `change`.

    Only of who reads it: for anybody else nothing changes, and the answer is the
    same. Nobody is signed up or confirmed this way.
    """
    client = client_asking(request, Scope.CHANGE)

    def change() -> Answer:
        # First: what is wrong with a request is no sign that somebody reads.
        topics = topics_called(sent.topics or (), list_called(mailing_list))
        place = place_of(person, mailing_list)
        return _change_subscription(client, place, sent, topics) if place else DONE

    return answer_once(request, client, change)


def _change_subscription(
    client: Client, place: Subscription, sent: SubscriptionChange, topics: list[Topic]
) -> Answer:
    channel, now = channel_of(client), timezone.now()
    with override(place.mailing_list.language):
        if sent.topics is not None:
            choices.choose_topics(place, topics, channel=channel, now=now)
        if sent.rhythm is not None:
            choices.choose_rhythm(place, sent.rhythm, channel=channel, now=now)
        if sent.paused_until is not None:
            choices.pause_until(place, sent.paused_until, channel=channel, now=now)
    return DONE


@router.post(
    "/subscribers/{uuid:person}/subscriptions/{slug:mailing_list}/unsubscribe",
    response={204: None},
    summary="Sign a known person off",
)
def end_subscription(
    request: HttpRequest, person: Path[UUID], mailing_list: Path[Slug]
) -> HttpResponse:
    """End one subscription at once. Needs the scope `unsubscribe`."""
    client = client_asking(request, Scope.UNSUBSCRIBE)

    def end() -> Answer:
        if place := place_of(person, mailing_list):
            consent.unsubscribe(place, through=channel_of(client), now=timezone.now())
        return DONE

    return answer_once(request, client, end)
