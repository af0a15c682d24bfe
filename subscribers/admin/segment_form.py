"""The form in which a segment is put together: one row a condition."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.characters import refuse_in_line
from subscribers.addresses import InvalidAddress, address_key, clean_address
from subscribers.criteria import (
    BY_KEY,
    MOST_CONDITIONS,
    Condition,
    criteria,
    is_condition,
    most_of,
    zones,
)
from subscribers.criterion import Criterion, Kind
from subscribers.models import MailingList, Segment, Tag

# In which field the value of each kind of condition is told.
FIELD_OF = {
    Kind.TOPIC: "topic",
    Kind.TAG: "tag",
    Kind.LIST: "other_list",
    Kind.DAY: "day",
    Kind.DAYS: "number",
    Kind.ISSUES: "number",
    Kind.ISSUE: "number",
    Kind.ZONE: "zone",
    Kind.DOMAIN: "text",
    Kind.WAY_IN: "text",
}


class KindOfCondition(forms.Select):
    """Says with each choice in which field its value is told; the style shows that."""

    def create_option(self, *args: Any, **kwargs: Any) -> Any:
        """Mark the option."""
        option: Any = super().create_option(*args, **kwargs)
        if criterion := criteria().get(str(option["value"])):
            option["attrs"]["data-field"] = FIELD_OF[criterion.kind]
        return option


class TypedZone(forms.TextInput):
    """A time zone by some letters of it, from a list that is in the page once.

    With a select the page would bring all of the world eight times.
    """

    def __init__(self) -> None:
        """Point at the list in the template of the form."""
        super().__init__({"list": "time-zones", "autocomplete": "off"})

    def format_value(self, value: Any) -> str | None:
        """Show a zone as people read it."""
        return str(value).replace("_", " ") if value else None


class ZoneField(forms.ChoiceField):
    """A time zone, however somebody types its capitals and spaces."""

    widget = TypedZone

    def to_python(self, value: Any) -> str:
        """Return the name that is meant, or what was typed."""
        typed = str(super().to_python(value)).strip().replace(" ", "_")
        named = {zone.casefold(): zone for zone in zones()}
        return named.get(typed.casefold(), typed)


class ConditionForm(forms.Form):
    """One condition; a row where nothing is chosen asks nothing."""

    what = forms.ChoiceField(
        label=gettext_lazy("Readers who"), required=False, widget=KindOfCondition
    )
    topic = forms.ChoiceField(label=gettext_lazy("topic"), required=False)
    tag = forms.ChoiceField(label=gettext_lazy("tag"), required=False)
    other_list = forms.ChoiceField(label=gettext_lazy("newsletter"), required=False)
    day = forms.DateField(
        label=gettext_lazy("day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    number = forms.IntegerField(
        label=gettext_lazy("how many"),
        required=False,
        min_value=1,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    zone = ZoneField(
        label=gettext_lazy("time zone"),
        required=False,
        choices=lambda: [(zone, zone) for zone in zones()],
    )
    text = forms.CharField(
        label=gettext_lazy("which"),
        required=False,
        max_length=120,
        validators=[refuse_in_line],
    )

    def __init__(self, *args: Any, mailing_list: MailingList, **kwargs: Any) -> None:
        """Offer what there is on this list."""
        super().__init__(*args, **kwargs)
        others = MailingList.objects.exclude(pk=mailing_list.pk)
        self._offer("topic", mailing_list.topics.values_list("pk", "name"))
        self._offer("tag", Tag.objects.values_list("pk", "name"))
        self._offer("other_list", others.values_list("pk", "name"))
        self._offer("what", self._kinds())

    def _offer(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("choose…")), *choices]

    def _kinds(self) -> list[tuple[str, str]]:
        """Return what may be asked where there is something to choose."""
        empty = {
            kind
            for kind in BY_KEY
            if len(getattr(self.fields[FIELD_OF[kind]], "choices", ())) == 1
        }
        return [
            (one.name, one.label())
            for one in criteria().values()
            if one.kind not in empty
        ]

    @property
    def value_fields(self) -> list[Any]:
        """The fields of which the chosen condition needs one."""
        return [self[name] for name in dict.fromkeys(FIELD_OF.values())]

    def clean(self) -> dict[str, Any]:
        """Refuse a condition that is not complete."""
        cleaned: dict[str, Any] = super().clean() or {}
        criterion = criteria().get(cleaned.get("what", ""))
        if criterion is None:
            return cleaned
        name = FIELD_OF[criterion.kind]
        if name in self.errors:
            return cleaned
        try:
            cleaned["value"] = self._value(criterion, cleaned[name])
        except ValidationError as wrong:
            self.add_error(name, wrong)
        return cleaned

    def _value(self, criterion: Criterion, told: Any) -> Any:
        """Return a value as it is kept.

        Raises:
            ValidationError: nothing was told, or nothing that can be asked.
        """
        if told in (None, ""):
            raise ValidationError(_("Complete this condition, or take it out."))
        kind = criterion.kind
        if kind in BY_KEY:
            return int(told)
        if kind == Kind.DAY:
            return told.isoformat()
        if kind == Kind.DOMAIN:
            return _domain(told)
        if FIELD_OF[kind] == "number" and told > most_of(kind):
            raise ValidationError(
                _("At most %(most)d.") % {"most": most_of(kind)}, code="too_many"
            )
        return told

    @property
    def condition(self) -> Condition | None:
        """What this row asks; nothing where nothing was chosen."""
        if not self.cleaned_data.get("what"):
            return None
        return Condition(
            what=self.cleaned_data["what"], value=self.cleaned_data["value"]
        )


def _domain(typed: str) -> str:
    domain = typed.strip().removeprefix("@")
    try:
        return address_key(clean_address(f"lezer@{domain}")).rpartition("@")[2]
    except InvalidAddress as invalid:
        raise ValidationError(
            _("Give a domain such as example.nl, without what stands before the @.")
        ) from invalid


ConditionFormSet: type[BaseFormSet] = formset_factory(
    ConditionForm,
    extra=MOST_CONDITIONS,
    max_num=MOST_CONDITIONS,
    absolute_max=MOST_CONDITIONS,
    validate_max=True,
)


def _as_typed(one: Any) -> dict[str, Any]:
    """Return a kept condition as its row shows it; a lapsed one is asked anew."""
    if not is_condition(one):
        return {}
    field = FIELD_OF[criteria()[one["what"]].kind]
    return {"what": one["what"], field: one["value"]}


class SegmentForm(forms.ModelForm):
    """A name, and who it is."""

    class Meta:
        model = Segment
        fields = ("name", "mailing_list", "match")
        widgets = {"match": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put the rows of conditions beside the fields."""
        super().__init__(*args, **kwargs)
        data = self.data if self.is_bound else None
        self.mailing_list = self._mailing_list()
        self.rows = ConditionFormSet(
            data,
            prefix="conditions",
            initial=[_as_typed(one) for one in self.instance.conditions],
            form_kwargs={"mailing_list": self.mailing_list},
        )

    @property
    def zones(self) -> list[str]:
        """The time zones as they are offered while somebody types."""
        return [zone.replace("_", " ") for zone in zones()]

    def _mailing_list(self) -> MailingList:
        if self.instance.mailing_list_id:
            own: MailingList = self.instance.mailing_list
            return own
        chosen = str(self.data.get("mailing_list", ""))
        lists = MailingList.objects.order_by("pk")
        known = lists.filter(pk=chosen) if chosen.isdecimal() else lists
        found: MailingList | None = known.first() or lists.first()
        return found or MailingList()

    def clean(self) -> dict[str, Any]:
        """Take the rows along."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.rows.is_valid():
            raise ValidationError(_("One of the conditions is not complete."))
        asked = [row.condition for row in self.rows if row.condition]
        if not asked:
            raise ValidationError(_("Choose at least one condition: who is it?"))
        self.instance.conditions = asked
        return cleaned
