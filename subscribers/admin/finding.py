"""Finding readers among a million: each once, without joining or sorting all."""

from typing import Any

from django.contrib.admin.filters import (
    ChoicesFieldListFilter,
    FieldListFilter,
    RelatedFieldListFilter,
)
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import build_q_object_from_lookup_parameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from subscribers.models import Subscription
from subscribers.planning import room_for_many

_PLACE = "subscriptions__"


class PlaceFilter(FieldListFilter):
    """Readers by one of their places; whoever has several is found once."""

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[Any]"
    ) -> "QuerySet[Any]":
        """Return whose place it is."""
        if not self.used_parameters:
            return queryset
        asked: dict[str, Any] = {
            key.removeprefix(_PLACE): value
            for key, value in self.used_parameters.items()
        }
        try:
            places = Subscription.objects.filter(
                build_q_object_from_lookup_parameters(asked)
            )
        except (ValueError, ValidationError) as wrong:
            raise IncorrectLookupParameters(wrong) from wrong
        return queryset.filter(pk__in=places.values("subscriber"))


class StateFilter(PlaceFilter, ChoicesFieldListFilter):
    """Where they stand."""


class ListFilter(PlaceFilter, RelatedFieldListFilter):
    """What they subscribed to."""


class ReaderList(ChangeList):
    """A page of readers."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> "QuerySet[Any]":
        """Fetch subscriptions and tags along."""
        readers = super().get_queryset(*args, **kwargs)
        if readers.query.distinct:
            readers = self._each_once(readers)
        return readers.prefetch_related("subscriptions", "tags")

    def _each_once(self, readers: "QuerySet[Any]") -> "QuerySet[Any]":
        """Ask who is among them, instead of sorting all to see who is there twice."""
        readers.query.distinct = False
        # Where no other table is joined, nobody is.
        if len(readers.query.alias_map) <= 1:
            return readers
        found = self.root_queryset.filter(pk__in=readers.order_by().values("pk"))
        return found.order_by(*readers.query.order_by)


class ReaderPaginator(Paginator):
    """Pages of readers, who are counted in memory."""

    @cached_property
    def count(self) -> int:
        """Return how many there are."""
        with room_for_many():
            return int(super().count)
