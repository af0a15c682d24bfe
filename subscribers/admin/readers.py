"""Readers, as those who help them see them: what they chose, agreed to, and why not."""

import re
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, re_path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from newsletter.characters import refuse_in_line
from subscribers.admin.acts import ACTS, CHANNEL, act_view
from subscribers.admin.chores import MAY_BEGIN, begin
from subscribers.admin.consent_form import consent_view
from subscribers.admin.doubles import doubles_view, merge_view
from subscribers.admin.finding import (
    ListFilter,
    ReaderList,
    ReaderPaginator,
    StateFilter,
)
from subscribers.admin.looking import LookOnly
from subscribers.admin.notes import NoteForm, note_away_view, note_view
from subscribers.choices import change_name
from subscribers.models import (
    Note,
    Subscriber,
    Subscription,
    Suppression,
    Tag,
)
from subscribers.tags import tag
from subscribers.timeline import person_of, timeline_of

# Pages beside the list and the form: where, what shows it, and its name.
PAGES = (
    ("vastleggen/", consent_view, "consent_add"),
    ("<int:subscriber_id>/notitie/", note_view, "note_add"),
    ("notitie/<int:note_id>/weg/", note_away_view, "note_away"),
    ("dubbelen/", doubles_view, "doubles"),
    ("<int:subscriber_id>/samenvoegen/", merge_view, "merge"),
)
SHOWN_NOTES = 10

# The ways on record, in a place where translators find them.
_WAYS = (
    gettext_noop("sign-up page"),
    gettext_noop("form in a frame"),
    gettext_noop("form on a site"),
    gettext_noop("confirmation page"),
    gettext_noop("preferences page"),
    gettext_noop("own data page"),
    gettext_noop("unsubscribe page"),
    gettext_noop("one-click"),
    gettext_noop("mail to us"),
    gettext_noop("admin"),
    gettext_noop("question to stay"),
    gettext_noop("no answer to the question to stay"),
    gettext_noop("wants to stay"),
    gettext_noop("merged"),
    gettext_noop("pause or how often, as at the other address"),
    gettext_noop("privacy request"),
    gettext_noop("not confirmed in time"),
    gettext_noop("written down by a colleague"),
    # What was changed, where the words themselves are nobody's business.
    gettext_noop("first name"),
    gettext_noop("address"),
)


class SubscriptionInline(LookOnly, admin.TabularInline):
    """The lists someone chose."""

    model = Subscription
    extra = 0
    fields = (
        "newsletter_name",
        "state",
        "confirmed_at",
        "chosen",
        "paused_until",
        "unsubscribed_at",
        "unsubscribed_through",
        "leaving_reason",
        "source",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("newsletter"))
    def newsletter_name(self, subscription: Subscription) -> str:
        """Name the list."""
        return subscription.mailing_list.name

    @admin.display(description=gettext_lazy("chosen"))
    def chosen(self, subscription: Subscription) -> str:
        """Say how often they read and about what besides."""
        topics = [topic.name for topic in subscription.topics.all()]
        return ", ".join([subscription.get_rhythm_display(), *topics])

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Subscription]":
        """Fetch lists and topics along."""
        places = super().get_queryset(request)
        return places.select_related("mailing_list", "subscriber").prefetch_related(
            "topics"
        )


class SubscriberForm(forms.ModelForm):
    """The name by which a reader is greeted, and their tags."""

    tags = forms.ModelMultipleChoiceField(
        Tag.objects.all(),
        label=capfirst(gettext_lazy("tags")),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    new_tag = forms.CharField(
        label=capfirst(gettext_lazy("another tag")),
        required=False,
        max_length=40,
        validators=[refuse_in_line],
        widget=forms.TextInput({"class": "vTextField"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tick the tags they have."""
        super().__init__(*args, **kwargs)
        theirs = Tag.subscribers.through.objects.filter(
            tag=OuterRef("pk"), subscriber=self.instance.pk
        )
        tags = list(Tag.objects.annotate(is_theirs=Exists(theirs)))
        self.initial["tags"] = [one.pk for one in tags if one.is_theirs]
        field = cast("forms.ModelMultipleChoiceField[Tag]", self.fields["tags"])
        field.choices = [(one.pk, one.name) for one in tags]

    def clean_first_name(self) -> str:
        """Refuse a name that no newsletter would ever say."""
        name = str(self.cleaned_data["first_name"])
        if name != self.initial["first_name"] and not self._has_a_subscription():
            raise ValidationError(
                _("Nobody is greeted here: this reader has no subscription."),
                code="nobody_to_greet",
            )
        return name

    def _has_a_subscription(self) -> bool:
        return Subscription.objects.filter(subscriber=self.instance.pk).exists()


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):
    """One reader: what they chose and agreed to."""

    form = SubscriberForm
    change_form_template = "admin/subscribers/subscriber/change_form.html"
    change_list_template = "admin/subscribers/subscriber/change_list.html"
    list_display = ("__str__", "first_name", "standing", "tagged", "created_at")
    list_filter = (
        ("subscriptions__state", StateFilter),
        ("subscriptions__mailing_list", ListFilter),
        "tags",
    )
    search_fields = ("address_key", "first_name")
    paginator = ReaderPaginator
    # Counting a million readers twice, to say of how many these are, takes long.
    show_full_result_count = False
    search_help_text = gettext_lazy("Any part of an address, or a first name")
    readonly_fields = ("address", "blocked", "created_at", "erased_at")
    inlines = (SubscriptionInline,)
    actions = ("do_something",)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find any part of an address as it is kept, so that an index can help."""
        for part in search_term.replace("\0", "").split():
            queryset = queryset.filter(
                Q(address_key__contains=part.lower()) | Q(first_name__icontains=part)
            )
        return queryset, False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who is forgotten is greeted by no name and has no tags."""
        known = ("blocked", "created_at")
        if obj is not None and obj.erased_at:
            return (*known, "erased_at")
        if not self.has_change_permission(request, obj):
            return ("address", "first_name", "tagged", *known)
        return ("address", "first_name", "tags", "new_tag", *known)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers sign up themselves, or a consent of theirs is written down."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who is forgotten, or somebody else by now, has nothing left to change."""
        if obj is not None and (obj.erased_at or obj.merged_into_id):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Readers are forgotten by the page for it, which keeps the account whole."""
        return False

    def has_chore_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person may do something for many readers at once."""
        return request.user.has_perm(MAY_BEGIN)

    @admin.action(
        description=gettext_lazy("Do something for these readers…"),
        permissions=["chore"],
    )
    def do_something(
        self, request: HttpRequest, readers: "QuerySet[Any]"
    ) -> HttpResponse:
        """Write the ticked readers down and ask what is to be done."""
        about = _("readers who were ticked in the list")
        return begin(request, readers.values("pk"), about, request.get_full_path())

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Fetch what stands beside a page of readers at once."""
        return ReaderList

    @admin.display(description=gettext_lazy("subscription"))
    def standing(self, subscriber: Subscriber) -> str:
        """Say where someone stands with each list."""
        return ", ".join(
            str(one.get_state_display()) for one in subscriber.subscriptions.all()
        )

    @admin.display(description=gettext_lazy("tags"))
    def tagged(self, subscriber: Subscriber) -> str:
        """Name the tags they have."""
        return ", ".join(tag.name for tag in subscriber.tags.all())

    @admin.display(description=gettext_lazy("blocked"))
    def blocked(self, subscriber: Subscriber) -> str:
        """Say why we never mail this address, if we never do."""
        rows = Suppression.objects.filter(address_hash=subscriber.address_hash)
        return "; ".join(_reason(row) for row in rows) or _("no")

    def save_model(
        self, request: HttpRequest, obj: Subscriber, form: Any, change: bool
    ) -> None:
        """Change the name as the reader would have done, and keep that on record."""
        subscription = obj.subscriptions.select_related("mailing_list").first()
        if subscription and "first_name" in form.changed_data:
            change_name(
                subscription, obj.first_name, channel=CHANNEL, now=timezone.now()
            )
        told = form.cleaned_data
        tag(obj, told["tags"], also=told["new_tag"])

    def get_urls(self) -> list[URLPattern]:
        """Add the acts."""
        act = re_path(
            rf"^(?P<subscriber_id>\d+)/(?P<act>{'|'.join(ACTS)})/$",
            self.admin_site.admin_view(act_view),
            name="subscribers_subscriber_act",
        )
        pages = [
            path(where, self.admin_site.admin_view(view), name=f"subscribers_{name}")
            for where, view, name in PAGES
        ]
        return [act, *pages, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Change nothing of who was forgotten since the page was opened."""
        if request.method == "POST" and _is_forgotten(object_id):
            messages.warning(
                request, _("This reader was forgotten meanwhile. Nothing was changed.")
            )
            return redirect("admin:subscribers_subscriber_change", object_id)
        return super().change_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell what happened with them, and offer the acts that this person may do."""
        subscriber = context["original"]
        context = {**context, **_desk_of(request, subscriber)}
        return super().render_change_form(request, context, *args, **kwargs)


def _desk_of(request: HttpRequest, subscriber: Subscriber) -> dict[str, Any]:
    """Return what stands around the form: acts, notes and the story."""
    asked = request.GET.get("bladzijde", "")
    page = int(asked) if re.fullmatch(r"[1-9]\d{0,3}", asked, re.ASCII) else 1
    is_somebody = not (subscriber.erased_at or subscriber.merged_into_id)
    story, has_older = timeline_of(person_of(subscriber), page)
    return {
        "acts": [
            {"act": act, "words": words}
            for act, (permission, words) in ACTS.items()
            if request.user.has_perm(permission)
        ],
        "notes": Note.objects.filter(subscriber=subscriber)[:SHOWN_NOTES],
        "note_form": NoteForm() if is_somebody else None,
        "is_somebody": is_somebody,
        "story": story,
        "page": page,
        "older": page + 1 if has_older else None,
    }


def _is_forgotten(object_id: str) -> bool:
    return (
        object_id.isdecimal()
        and Subscriber.objects.filter(pk=object_id, erased_at__isnull=False).exists()
    )


def _reason(row: Suppression) -> str:
    note = f" ({row.note})" if row.note else ""
    return f"{row.get_reason_display()}{note}"
