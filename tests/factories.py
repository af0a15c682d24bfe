"""Rows for tests, with traits named after states; the cast has fixed names."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import factory
from django.contrib.auth.models import User

from newsletter.articles.models import Article, Author, Category, Picture
from newsletter.delivery.models import Batch, Dispatch
from newsletter.issues.models import Issue, SkippedSunday
from newsletter.rendering.freezing import freeze
from newsletter.rendering.models import Rendition
from subscribers.addresses import address_hash, address_key
from subscribers.models import (
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionState,
)

LONG_AGO = datetime(2026, 1, 4, 9, 0, tzinfo=UTC)


class MailingListFactory(factory.django.DjangoModelFactory):
    """The magazine's list: Sunday 08:00, Dutch."""

    class Meta:
        model = MailingList
        django_get_or_create = ("slug",)

    slug = "zondag"
    name = "Rock jouw inbox"
    promise = "Elke zondagochtend met liefde gemaakt zodat jij heerlijk wakker wordt"
    language = "nl"
    sender_name = "Rock jouw inbox"
    sender_address = "zondag@nieuws.example.nl"
    organisation = "Rock jouw magazine"
    postal_address = "Lindelaan 1, 1234 AB Deventer"
    registration = "KvK 12345678"
    list_id = "zondag.nieuws.example.nl"


class SubscriberFactory(factory.django.DjangoModelFactory):
    """A person; ``address`` decides key and hash."""

    class Meta:
        model = Subscriber

    address = factory.Sequence(lambda n: f"lezer{n}@example.nl")
    address_key = factory.LazyAttribute(lambda o: address_key(o.address))
    address_hash = factory.LazyAttribute(lambda o: address_hash(o.address))
    created_at = LONG_AGO


class SubscriptionFactory(factory.django.DjangoModelFactory):
    """A confirmed subscription, unless a trait says otherwise."""

    class Meta:
        model = Subscription

    class Params:
        pending = factory.Trait(state=SubscriptionState.PENDING, confirmed_at=None)
        unsubscribed = factory.Trait(
            state=SubscriptionState.UNSUBSCRIBED, unsubscribed_at=LONG_AGO
        )

    subscriber = factory.SubFactory(SubscriberFactory)
    mailing_list = factory.SubFactory(MailingListFactory)
    state = SubscriptionState.CONFIRMED
    created_at = LONG_AGO
    confirmed_at = LONG_AGO


class CategoryFactory(factory.django.DjangoModelFactory):
    """A section of the magazine."""

    class Meta:
        model = Category
        django_get_or_create = ("name",)

    name = "Welzijn"


class AuthorFactory(factory.django.DjangoModelFactory):
    """Who wrote it."""

    class Meta:
        model = Author
        django_get_or_create = ("name",)

    name = "Fenna Roodhuizen"


class PictureFactory(factory.django.DjangoModelFactory):
    """A picture of ours that may be shown anywhere; its file is on no disk."""

    class Meta:
        model = Picture

    image = factory.Sequence(lambda n: f"pictures/raam-{n}.jpg")
    width, height = 1600, 1067
    alt = "Een lege stoel bij een raam"
    credit = "Noor Bos"
    licence = "own"
    portrait_consent = "nobody"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        picture = model_class(*args, **kwargs)
        # There is no file to cut crops from.
        picture._skip_generate_files = True
        picture.save()
        return picture


class ArticleFactory(factory.django.DjangoModelFactory):
    """A published piece."""

    class Meta:
        model = Article
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Waarom stilte helpt ({n})")
    slug = factory.Sequence(lambda n: f"waarom-stilte-helpt-{n}")
    category = factory.SubFactory(CategoryFactory)
    published_on = date(2026, 11, 20)
    lead = "Een kwartier zonder telefoon is langer dan je denkt."
    body = "<p>Ga zitten en luister naar wat er niet is.</p>"


class IssueFactory(factory.django.DjangoModelFactory):
    """An issue of Sunday 29 November 2026, without blocks."""

    class Meta:
        model = Issue

    mailing_list = factory.SubFactory(MailingListFactory)
    number = factory.Sequence(lambda n: n + 1)
    publication_date = date(2026, 11, 29)
    subject = "Stilte op zondag"
    preheader = "En drie manieren om hem te vinden"


class RenditionFactory(factory.django.DjangoModelFactory):
    """An issue as it was frozen, where its text is not looked at."""

    class Meta:
        model = Rendition

    issue = factory.SubFactory(IssueFactory)
    number = 1
    issue_version = 1
    subject = factory.SelfAttribute("issue.subject")
    html = text = engine = ""
    sha256 = "0" * 64
    created_at = LONG_AGO


class DispatchFactory(factory.django.DjangoModelFactory):
    """An issue that is to leave at ``due_at``, as it is now; nobody is asked for a yes.

    Approving and scheduling it looks over all of it, which takes five times as long.
    """

    class Meta:
        model = Dispatch

    issue = factory.SubFactory(IssueFactory)
    rendition = factory.LazyAttribute(
        lambda o: freeze(o.issue, by=None, now=o.created_at)
    )
    due_at = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
    due_local = factory.LazyAttribute(
        lambda o: o.due_at.astimezone(ZoneInfo(o.time_zone)).isoformat()[:19]
    )
    time_zone = "Europe/Amsterdam"
    start_before = factory.LazyAttribute(lambda o: o.due_at + timedelta(hours=6))
    created_at = factory.SelfAttribute("due_at")


class BatchFactory(factory.django.DjangoModelFactory):
    """The first group of a dispatch, whose turn has come."""

    class Meta:
        model = Batch

    dispatch = factory.SubFactory(DispatchFactory)
    rendition = factory.SelfAttribute("dispatch.rendition")
    number = 1
    not_before = factory.SelfAttribute("dispatch.due_at")
    idempotency_key = factory.LazyFunction(uuid4)
    size = 1


class SkippedSundayFactory(factory.django.DjangoModelFactory):
    """A holiday: Sunday 29 November 2026."""

    class Meta:
        model = SkippedSunday

    mailing_list = factory.SubFactory(MailingListFactory)
    day = date(2026, 11, 29)
    reason = "kerst"
    created_at = LONG_AGO


class UserFactory(factory.django.DjangoModelFactory):
    """A colleague who may open the admin."""

    class Meta:
        model = User
        django_get_or_create = ("username",)

    username = "els"
    first_name = "Els"
    email = "els@example.nl"
    is_staff = True
