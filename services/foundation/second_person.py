"""What a house publishes is written by one person and approved by another: which fields, and what of a form is held back.

Each app says what it answers for: beside its translated texts in `translation.py`, the catalogue in `answering.py`. The proposals
and the forbidden words are rows of the catalogue, which lies above the crafts: `catalog.proposing` takes the `desk` at the start.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DecimalField, Field, Model
from modeltranslation.manager import get_translatable_fields_for_model
from modeltranslation.translator import translator


class Desk(Protocol):
    """Whoever keeps forbidden words and proposals."""

    def rules_of_house(self) -> dict[str, list[Any]]: ...
    def check_words(self, text: str, rules: list[Any]) -> None: ...
    def propose_texts(self, thing: Any, wished: dict[str, Any], *, by_id: int, now: datetime) -> Any: ...
    def propose_public(self, thing: Any, *, by_id: int, now: datetime) -> Any: ...
    def propose_new(self, thing: Any, related: list[Any], *, by_id: int, now: datetime) -> Any: ...
    def is_as_approved(self, thing: Any) -> bool: ...
    def remember(self, thing: Any) -> None: ...
    def waiting_for(self, thing: Any) -> int: ...


desk: Any = SimpleNamespace()


def take_the_desk(keeper: Any) -> None:
    """At the start: who answers the questions of this module."""
    global desk
    desk = keeper


@dataclass(frozen=True)
class Answered:
    """What two people answer for in a model: its translated texts, and ``more`` fields that clients read or pay by.

    ``flag`` is the field that makes a row public; a row without one is read as soon as it stands: adding it is a proposal.
    ``root`` gives the row under which it is read (a variant's piece), which is locked first; ``is_read`` says whether clients
    can read a row as it stands. ``beside`` are other words that become public with it, ``check`` raises the Refusal of what may
    not be public, ``after`` follows an approval, ``named`` is what staff call a row. ``fill`` writes words where nobody has:
    a row of such a model is added at once, with these.
    """

    model: type[Model]
    flag: str = ""
    more: tuple[str, ...] = ()
    root: Callable[[Any], Any] | None = None
    is_read: Callable[[Any], bool] | None = None
    beside: Callable[[Any], dict[str, str]] | None = None
    check: Callable[[Any], None] | None = None
    after: Callable[[Any], None] | None = None
    named: Callable[[Any], str] = str
    fill: Callable[[Any], None] | None = None

    @property
    def fields(self) -> list[str]:
        """The columns of its texts, and the other fields."""
        return [*text_columns(self.model), *self.more]

    def reads(self, thing: Any) -> bool:
        """Whether clients can read this row as it stands."""
        if self.flag and not getattr(thing, self.flag):
            return False
        return self.is_read is None or self.is_read(thing)

    def locked(self, thing: Any) -> Any:
        """The row as the database has it, locked after the one under which it is read. Call in a transaction."""
        if self.root and (above := self.root(thing)) is not None:
            locked(above)
        found = locked(thing)
        if self.root and (now_above := self.root(found)) is not None:
            locked(now_above)
        return found


_answered: dict[type[Model], Answered] = {}


def answer_for(model: type[Model], **how: Any) -> None:
    """Two people answer for this model; see `Answered`."""
    _answered[model] = Answered(model, **how)


def of(model: type[Model]) -> Answered | None:
    """What two people answer for in a model; None when one person may change all of it."""
    return _answered.get(model)


def everything() -> list[Answered]:
    """All that two people answer for, in the order it was said."""
    return list(_answered.values())


def locked(thing: Any) -> Any:
    """A row, locked."""
    return type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)


def text_columns(model: type[Model]) -> dict[str, str]:
    """The columns of a model's translated texts, each with its language: {"title_fr": "fr", …}."""
    if not get_translatable_fields_for_model(model):
        return {}
    fields = translator.get_options_for_model(model).all_fields  # in no order of its own
    names = [one.name for one in model._meta.fields if one.name in fields]
    languages = [code for code, _name in settings.LANGUAGES]
    return {
        column.name: column.language
        for name in names
        for column in sorted(fields[name], key=lambda column: languages.index(column.language))
    }


def kept(thing: Any, name: str) -> Any:
    """A field's value as a proposal keeps it: a text (never None), a key, or an amount in its places."""
    found = thing._meta.get_field(name)
    value = found.value_from_object(thing)
    if isinstance(found, DecimalField) and value is not None:
        return str(Decimal(value).quantize(Decimal(1).scaleb(-found.decimal_places)))
    return "" if value is None and found.get_internal_type() in ("CharField", "TextField") else value


def write(thing: Any, name: str, value: Any) -> None:
    """The reverse of `kept`."""
    found = thing._meta.get_field(name)
    setattr(thing, found.attname, found.to_python(value))


def field_name(model: type[Model], name: str) -> str:
    """What staff call a field: Story [fr]. One that a model had once keeps its bare name."""
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(found.verbose_name) if isinstance(found, Field) else name


@dataclass
class Held:
    """What of a form waits for a second person: new values by field, and whether the row shall become public."""

    thing: Any
    wished: dict[str, Any] = field(default_factory=dict)
    public: bool = False

    @property
    def names(self) -> set[str]:
        """The fields that the form did not change after all."""
        answered = of(type(self.thing))
        return {*self.wished, *([answered.flag] if answered and self.public else [])}


def hold_back(thing: Any, names: Collection[str]) -> Held:
    """Take from a row what one person may not publish alone, before it is saved; ``names`` are the fields of the form.

    What clients read keeps its former values, what they do not read yet is written freely and does not become public. Fields
    that the form has not are read anew, lest a page that was open for long brings back what was approved meanwhile. Call in a
    transaction: the row is locked, so that it cannot become public between this question and its saving.
    """
    answered = _answered[type(thing)]
    before = None if thing._state.adding else answered.locked(thing)
    if before is None and answered.root and (above := answered.root(thing)) is not None:
        locked(above)
    if before is not None:
        for name in (*answered.fields, *([answered.flag] if answered.flag else [])):
            if name not in names:
                write(thing, name, kept(before, name))
    if before is not None and answered.reads(before):
        if answered.reads(thing):
            return _keep_former(answered, thing, before)
        desk.remember(before)  # so that it may come back as it was
    if before is None and answered.fill and answered.reads(thing):
        return _fill_instead(answered, thing)
    begins = bool(answered.flag) and answered.reads(thing)
    if begins and not (before is not None and desk.is_as_approved(thing)):
        setattr(thing, answered.flag, False)
        return Held(thing, public=True)
    return Held(thing)


def _keep_former(answered: Answered, thing: Any, before: Any) -> Held:
    if answered.fill:
        answered.fill(thing)
    wished = {name: kept(thing, name) for name in answered.fields if kept(thing, name) != kept(before, name)}
    for name in wished:
        write(thing, name, kept(before, name))
    return Held(thing, wished)


def _fill_instead(answered: Answered, thing: Any) -> Held:
    """A new row among others that are read begins with words that are approved already."""
    typed = {name: kept(thing, name) for name in answered.fields}
    for name in typed:
        write(thing, name, "")
    answered.fill(thing)  # type: ignore[misc]  # asked for by the caller
    return Held(thing, {name: value for name, value in typed.items() if value and value != kept(thing, name)})
