"""What readers type on their own pages."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from newsletter.signing import BadToken, make_token, read_token
from subscribers.addresses import InvalidAddress, clean_address, suggested_address
from subscribers.domains import refuse_impossible
from subscribers.models import MailingList, Topic
from subscribers.names import InvalidName, clean_name

# Quicker than anyone types, even with an address that the browser fills in.
QUICKEST = timedelta(seconds=2)
LONGEST_OPEN = timedelta(hours=24)


class ReaderForm(forms.Form):
    """A form whose mistakes are tied to their fields for screen readers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out the colon: Dutch labels carry none."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class TopicField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The topics of a list, none of them chosen beforehand."""

    def __init__(self, **options: Any) -> None:
        """Nobody has to choose anything."""
        super().__init__(
            Topic.objects.none(),
            label=_("What else would you like?"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )

    def clean(self, value: Any) -> Any:
        """Take topics on offer; a number may be longer than a database can look up."""
        on_offer = {str(topic.pk) for topic in self.queryset or ()}
        if not {str(one) for one in value or ()} <= on_offer:
            raise forms.ValidationError(
                _("This topic is no longer there. Choose once more."),
                code="invalid_choice",
            )
        return super().clean(value)

    def label_from_instance(self, obj: Model) -> str:
        """Say what one gets by it, below its name."""
        topic = cast(Topic, obj)
        if not topic.promise:
            return topic.name
        return format_html('{} <span class="help">{}</span>', topic.name, topic.promise)


class AddressForm(ReaderForm):
    """An address, and what tells a person's form from a machine's."""

    address = forms.CharField(
        label=_("Your e-mail address"),
        max_length=320,
        error_messages={
            "required": _("Fill in your e-mail address, then we know where to write."),
            "max_length": _("This is too long for an e-mail address."),
        },
        widget=forms.EmailInput(
            attrs={
                "autocomplete": "email",
                "inputmode": "email",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    # People do not see this field; machines fill in every field.
    website = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        """Write down when the page was opened."""
        super().__init__(*args, **kwargs)
        self.now = now
        self.initial["opened"] = make_token("form", int(now.timestamp()))

    def clean_address(self) -> str:
        """Take an address of ours or anybody's."""
        return address_or_error(self.cleaned_data["address"])

    def clean_opened(self) -> str:
        """Ask for a second press when the page was open too shortly or too long."""
        try:
            opened = read_token("form", self.cleaned_data["opened"])
        except BadToken:
            opened = 0
        open_for = self.now.timestamp() - opened
        if open_for > LONGEST_OPEN.total_seconds():
            raise forms.ValidationError(
                _("This page was open for long. Press the button once more.")
            )
        if open_for < QUICKEST.total_seconds():
            raise forms.ValidationError(
                _("That was quick! Press the button once more, then we know it is you.")
            )
        return str(opened)

    @property
    def is_from_a_machine(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))

    def let_the_next_press_count(self) -> None:
        """Make the page that is shown again one that was open long enough."""
        if "opened" in self.errors:
            early = self.now - QUICKEST
            opened = make_token("form", int(early.timestamp()))
            # A copy keeps all values of a name: more topics than one.
            data = cast(QueryDict, self.data).copy()
            data["opened"] = opened
            self.data = data


class SignUpForm(AddressForm):
    """An address; a first name for who likes to be greeted by it."""

    first_name = forms.CharField(
        label=_("Your first name"),
        max_length=10_000,
        required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "given-name",
                "maxlength": "60",
                "spellcheck": "false",
            }
        ),
    )
    topics = TopicField()

    def __init__(self, *args: Any, mailing_list: MailingList, **kwargs: Any) -> None:
        """Remember for which list, and what it offers besides."""
        super().__init__(*args, **kwargs)
        self.mailing_list = mailing_list
        self.suggestion = ""
        self._offered = Topic.objects.offered(mailing_list)
        cast(TopicField, self.fields["topics"]).queryset = self._offered

    @property
    def has_topics(self) -> bool:
        """Whether the list has anything to choose besides."""
        return self._offered.exists()

    def clean_address(self) -> str:
        """Take an address that we can mail, as far as anybody can tell beforehand."""
        # One of two buttons below the question which address was meant.
        typed = self.data.get("meant") or self.cleaned_data["address"]
        return reachable_address(typed, self.mailing_list)

    def clean_first_name(self) -> str:
        """Take a name, or none."""
        return name_or_error(self.cleaned_data["first_name"])

    def clean(self) -> None:
        """Ask once about a slip in a well-known domain; the answer is always taken."""
        address = self.cleaned_data.get("address", "")
        insists = address in (self.data.get("meant"), self.data.get("asked"))
        if address and not self.errors and not insists:
            self.suggestion = suggested_address(address)


def address_or_error(typed: str) -> str:
    """Return the address as we keep it.

    Raises:
        ValidationError: it is none, or one that cannot be mailed.
    """
    try:
        return clean_address(typed)
    except InvalidAddress as invalid:
        raise forms.ValidationError(str(invalid)) from invalid


def reachable_address(typed: str, mailing_list: MailingList) -> str:
    """Return an address at which somebody else than us may get mail.

    Raises:
        ValidationError: it is no address, nobody's, or our own.
    """
    address = address_or_error(typed)
    try:
        refuse_impossible(address)
    except InvalidAddress as invalid:
        raise forms.ValidationError(str(invalid)) from invalid
    if address.lower() == mailing_list.sender_address.lower():
        raise forms.ValidationError(_("That is our own address. Give yours."))
    return address


def name_or_error(typed: str) -> str:
    """Return the name as we keep it.

    Raises:
        ValidationError: it is no name.
    """
    try:
        return clean_name(typed)
    except InvalidName as invalid:
        raise forms.ValidationError(str(invalid)) from invalid
