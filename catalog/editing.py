"""The forms in which staff write texts and prices: what may not be is said beside its field."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.foundation.refusal import Refusal
from services.foundation.texts_admin import TextsForm

from . import proposing
from .models import Product
from .partner.models import Price


class VariantForm(TextsForm):
    """A variant on its piece's page: a new one is that piece's child."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.structure = Product.CHILD


class PictureChoice(forms.ModelChoiceField):
    """A picture by its piece and view."""

    def label_from_instance(self, picture):
        return f"{picture.piece.title}: {picture.view}"


class PriceForm(forms.ModelForm):
    """A price that somebody proposes."""

    class Meta:
        model = Price
        fields = ("region", "amount", "starts_at", "is_reduction")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "starts_at" in self.fields:  # absent in rows that are only read
            self.fields["starts_at"].required = False
            self.fields["starts_at"].help_text = _("In UTC. Empty or past: from the approval on.")

    def clean_starts_at(self):
        return self.cleaned_data["starts_at"] or timezone.now()

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if {"region", "amount", "starts_at"} <= cleaned.keys():
            begins = max(cleaned["starts_at"], timezone.now())
            try:
                proposing.check_price(
                    self.instance.variant,
                    cleaned["region"],
                    amount=cleaned["amount"],
                    starts_at=begins,
                    is_reduction=cleaned.get("is_reduction", False),
                )
            except Refusal as no:
                self.add_error("starts_at" if no.code == "moment-taken" else "amount", no.sentence())
        return cleaned
