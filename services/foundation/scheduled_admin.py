"""What staff see of a schedule in every list: shown now, from when, withdrawn; and a filter by it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .scheduling import is_shown, shown_at

_WAYS: dict[str, tuple[Promise | str, Callable[[datetime], Q]]] = {
    "now": (gettext_lazy("Shown now"), shown_at),
    "later": (gettext_lazy("To come"), lambda now: Q(is_public=True, publish_at__gt=now)),
    "withdrawn": (gettext_lazy("Withdrawn"), lambda now: Q(is_public=True, withdraw_at__lte=now)),
    "never": (gettext_lazy("Not public"), lambda now: Q(is_public=False)),
}


class ShownFilter(admin.SimpleListFilter):
    """Whether a row is shown now, will be, was, or is not public at all."""

    title = gettext_lazy("on show")
    parameter_name = "shown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Promise | str]]:
        return [(way, words) for way, (words, _condition) in _WAYS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        way = self.value()
        return queryset.filter(_WAYS[way][1](timezone.now())) if way in _WAYS else queryset


class ScheduledAdmin(admin.ModelAdmin):
    """The room of a scheduled model, with the column ``on_show``. Its filter is `ShownFilter`."""

    @admin.display(description=gettext_lazy("on show"))
    def on_show(self, thing: Any) -> str:
        return said(thing, timezone.now())


def said(thing: Any, now: datetime) -> str:
    """Whether a row is shown at a moment, in words; moments in the active zone."""
    if not thing.is_public:
        return _("Not public")
    if thing.publish_at and now < thing.publish_at:
        return _("From %(moment)s") % {"moment": _moment(thing.publish_at)}
    if not is_shown(thing, now):
        return _("Withdrawn")
    if thing.withdraw_at:
        return _("Shown now, until %(moment)s") % {"moment": _moment(thing.withdraw_at)}
    return _("Shown now")


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
