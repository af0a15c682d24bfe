"""What readers choose on their own page."""

import zoneinfo
from collections import defaultdict
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from subscribers.addresses import address_key, suggested_address
from subscribers.choices import LONGEST_PAUSE
from subscribers.forms import ReaderForm, TopicField, name_or_error, reachable_address
from subscribers.models import LeavingReason, Rhythm, Subscription, Topic

PAUSES_IN_WEEKS = (1, 2, 4, 8)
UNTIL_A_DAY = "day"
# One zone for every place where a reader of ours is likely to wake up.
_ZONES = (
    "Europe/Amsterdam",
    "Europe/Brussels",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Athens",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Atlantic/Canary",
    "Atlantic/Reykjavik",
    "America/Paramaribo",
    "America/Curacao",
    "America/Aruba",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Toronto",
    "America/Vancouver",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Jerusalem",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Jakarta",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Perth",
    "Australia/Sydney",
    "Pacific/Auckland",
)
_PARTS = {
    "Africa": _("Africa"),
    "America": _("The Americas"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Pacific": _("Pacific Ocean"),
}


class NameForm(ReaderForm):
    """How a reader likes to be greeted."""

    first_name = forms.CharField(
        label=_("Your first name"),
        max_length=10_000,
        required=False,
        help_text=_(
            "We greet you by it in the mail. Leave it empty if you rather not."
        ),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "given-name",
                "maxlength": "60",
                "spellcheck": "false",
            }
        ),
    )

    def clean_first_name(self) -> str:
        """Take a name, or none."""
        return name_or_error(self.cleaned_data["first_name"])


class TopicsForm(ReaderForm):
    """What a reader would like to hear of besides."""

    topics = TopicField()

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        """Offer the topics of the list, with what was chosen before."""
        super().__init__(*args, **kwargs)
        offered = Topic.objects.offered(subscription.mailing_list)
        self.fields["topics"].label = _("What would you like to hear of besides?")
        cast(TopicField, self.fields["topics"]).queryset = offered
        self.initial["topics"] = subscription.topics.all()
        self.has_topics = offered.exists()


class RhythmForm(ReaderForm):
    """How often a reader reads along."""

    rhythm = forms.ChoiceField(
        label=_("How often?"),
        choices=[
            (Rhythm.EVERY_ISSUE, _("Every issue")),
            (Rhythm.MONTHS_BEST, _("Only the best of the month")),
        ],
        error_messages={"required": _("Choose one of the two.")},
        widget=forms.RadioSelect,
    )


def _zones() -> list[tuple[str, Any]]:
    cities = defaultdict(list)
    for zone in _ZONES:
        part, _slash, city = zone.partition("/")
        cities[part].append((zone, gettext(city.replace("_", " "))))
    groups = [(str(_PARTS[part]), sorted(found)) for part, found in cities.items()]
    return [("", gettext("As the newsletter")), *sorted(groups)]


class ZoneForm(ReaderForm):
    """Where a reader wakes up."""

    time_zone = forms.ChoiceField(
        label=_("On the clock of"),
        required=False,
        choices=_zones,
        error_messages={"invalid_choice": _("Choose a place from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep a zone that was chosen elsewhere and is not in our short list."""
        super().__init__(*args, **kwargs)
        known = self.initial.get("time_zone", "")
        if known and known not in _ZONES and known in zoneinfo.available_timezones():
            field = cast(forms.ChoiceField, self.fields["time_zone"])
            field.choices = [*_zones(), (known, known)]


def _pauses() -> list[tuple[str, str]]:
    weeks = [
        (str(weeks), ngettext("%(n)d week", "%(n)d weeks", weeks) % {"n": weeks})
        for weeks in PAUSES_IN_WEEKS
    ]
    return [*weeks, (UNTIL_A_DAY, gettext("until a day"))]


class PauseForm(ReaderForm):
    """For how long nothing comes."""

    weeks = forms.ChoiceField(
        label=_("How long?"),
        choices=_pauses,
        error_messages={"required": _("Choose for how long.")},
        widget=forms.RadioSelect,
    )
    until = forms.DateField(
        label=_("The mails come again on"),
        required=False,
        error_messages={"invalid": _("Give a day, such as 3-1-2027.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Let the calendar offer no day that cannot be."""
        super().__init__(*args, **kwargs)
        self.today, self.last_day = today, today + LONGEST_PAUSE
        attributes = self.fields["until"].widget.attrs
        attributes["min"] = (today + date.resolution).isoformat()
        attributes["max"] = self.last_day.isoformat()

    def clean(self) -> None:
        """Ask for a day that is to come, when a day was chosen."""
        if self.cleaned_data.get("weeks") != UNTIL_A_DAY or "until" in self.errors:
            return
        until = self.cleaned_data.get("until")
        if until is None:
            self.add_error("until", _("Choose the day on which the mails come again."))
        elif not self.today < until <= self.last_day:
            self.add_error("until", _("Choose a day in the year that comes."))


class LeavingForm(ReaderForm):
    """Why somebody left, if they care to say."""

    reason = forms.ChoiceField(
        label=_("Would you tell us why? You need not."),
        choices=LeavingReason.choices,
        error_messages={"required": _("Choose one, or simply close this page.")},
        widget=forms.RadioSelect,
    )


class MoveForm(ReaderForm):
    """Where the mail is to come from now on."""

    address = forms.CharField(
        label=_("Your new address"),
        max_length=320,
        error_messages={"required": _("Fill in the address you want to move to.")},
        widget=forms.EmailInput(
            attrs={
                "autocomplete": "email",
                "inputmode": "email",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, place: Subscription, *args: Any, **kwargs: Any) -> None:
        """Remember who moves."""
        super().__init__(*args, **kwargs)
        self.place = place
        self.suggestion = ""

    def clean_address(self) -> str:
        """Take another address than the one we have, and ask once about a slip."""
        typed = self.data.get("meant") or self.cleaned_data["address"]
        address = reachable_address(typed, self.place.mailing_list)
        if address_key(address) == self.place.subscriber.address_key:
            raise forms.ValidationError(_("That is the address we have already."))
        if address not in (self.data.get("meant"), self.data.get("asked")):
            self.suggestion = suggested_address(address)
        return address
