"""Admin pages of what a house publishes: texts in three languages side by side, no forbidden word, and a second person."""

from collections.abc import Iterable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import CharField, TextField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin

from . import second_person
from .refusal import Refusal


def side_by_side(names: Iterable[str]) -> list[tuple[str, ...]]:
    """One row for each text, with its three languages beside each other."""
    return [tuple(f"{name}_{language}" for language in ("zh_hans", "en", "fr")) for name in names]


def texts_fieldset(names: Iterable[str]):
    """The texts of a model, to be styled by css/merchandising.css."""
    return (_("Texts"), {"fields": side_by_side(names), "classes": ["side-by-side"]})


class TextsForm(forms.ModelForm):
    """A form with texts that clients read: none of them may hold a word that is forbidden in its language."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for column, language in second_person.text_columns(self._meta.model).items():
            if column in self.fields:
                self.fields[column].widget.attrs["lang"] = language

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if not self.has_changed():
            return cleaned
        rules = second_person.desk.rules_of_house()
        for column, said in _ruled(self._meta.model, rules).items():
            text = cleaned.get(column)
            if not isinstance(text, str):
                continue
            cleaned[column] = text.replace("\r\n", "\n")  # as browsers send them: no change of the text
            try:
                second_person.desk.check_words(text, said)
            except Refusal as no:
                self.add_error(column, no.sentence())
        return cleaned


def _ruled(model, rules):
    """Each text that clients read, with the rules it has to keep: a text of no language keeps those of all."""
    ruled = {column: rules.get(language, []) for column, language in second_person.text_columns(model).items()}
    answered = second_person.of(model)
    for name in answered.more if answered else ():
        if isinstance(model._meta.get_field(name), CharField | TextField):
            ruled[name] = [rule for said in rules.values() for rule in said]
    return ruled


class TwoPeople(admin.ModelAdmin):
    """A page whose texts and prices are proposed where clients read them. Everything else is saved at once."""

    form = TextsForm

    def save_model(self, request, obj, form, change):
        answered = second_person.of(self.model)
        if not change and not (answered.flag or answered.fill):
            return  # clients would read it at once: it is kept as a proposal by `save_related`
        form.held = second_person.hold_back(obj, form.cleaned_data)
        form.changed_data = [name for name in form.changed_data if name not in form.held.names]  # what the log will say
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        if form.instance._state.adding:
            related = [row for formset in formsets for row in formset.save(commit=False)]
            second_person.desk.propose_new(form.instance, related, by_id=request.user.pk, now=timezone.now())
            return
        super().save_related(request, form, formsets, change)
        self.propose(request, [form.held])

    def save_formset(self, request, form, formset, change):
        if second_person.of(formset.model) is None:
            super().save_formset(request, form, formset, change)
            return
        gone = getattr(formset, "deleted_forms", [])
        changed = [one for one in formset.forms if one.has_changed() and one not in gone]
        held = [second_person.hold_back(one.instance, one.cleaned_data) for one in changed]
        super().save_formset(request, form, formset, change)
        self.propose(request, held)

    def propose(self, request, held):
        """Keep what was held back until a second person approves it, and say so."""
        by_id, now = request.user.pk, timezone.now()
        number = 0
        for one in held:
            try:
                if one.wished:
                    found = second_person.desk.propose_texts(one.thing, one.wished, by_id=by_id, now=now)
                    number += len(found.changes) if found else 0
                if one.public:
                    second_person.desk.propose_public(one.thing, by_id=by_id, now=now)
                    said = _("“%(name)s” becomes public once a second person approves it.") % {"name": one.thing}
                    self.message_user(request, said, messages.WARNING)
            except Refusal as no:
                self.message_user(request, no.sentence(), messages.ERROR)
        if number:
            self.say_proposed(request, number)

    def say_proposed(self, request, number):
        words = ngettext(
            "%(n)s change was proposed. What stands now stays until a second person approves it.",
            "%(n)s changes were proposed. What stands now stays until a second person approves them.",
            number,
        )
        self.message_user(request, words % {"n": number}, messages.WARNING)

    def log_addition(self, request, obj, message):
        """What is only proposed is no addition yet: its approval is written down."""
        return None if obj._state.adding else super().log_addition(request, obj, message)

    def response_add(self, request, obj, post_url_continue=None):
        if not obj._state.adding:
            return super().response_add(request, obj, post_url_continue)
        said = _("“%(name)s” was proposed. It is added once a second person approves it.") % {"name": obj}
        self.message_user(request, said, messages.WARNING)
        return self.response_post_save_add(request, obj)

    @admin.display(description=_("proposals that wait"))
    def waiting(self, thing):
        return second_person.desk.waiting_for(thing) if thing.pk else 0


class TextsAdmin(TwoPeople, TranslationAdmin):
    """The same with texts in three languages, which stand side by side below the other fields."""

    class Media:
        css = {"all": ["css/merchandising.css"]}

    def get_fieldsets(self, request, obj=None):
        shown = super().get_fieldsets(request, obj)
        columns = second_person.text_columns(self.model)
        if self.fieldsets or self.fields or not set(flatten_fieldsets(shown)) & set(columns):
            return shown
        others = [name for name in flatten_fieldsets(shown) if name not in columns]
        texts = dict.fromkeys(name.rpartition(f"_{columns[name].replace('-', '_')}")[0] for name in columns)
        return [(None, {"fields": others}), texts_fieldset(texts)]
