"""The home page, in the room of those who tell it."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.foundation.house import house
from services.foundation.regions.roster import all_regions
from services.foundation.scheduled_admin import ScheduledAdmin, ShownFilter
from services.foundation.texts_admin import TextsAdmin, TextsForm, texts_fieldset

from .models import Section
from .translation import SectionTexts


class SectionForm(TextsForm):
    scene = forms.ChoiceField(
        label=_("picture of the house"), required=False, choices=lambda: [("", "—"), *((name, name) for name in house().scenes)]
    )
    regions = forms.MultipleChoiceField(
        label=_("regions"),
        required=False,
        choices=lambda: [(region.code, region.name) for region in all_regions().values()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: all regions."),
    )

    def _post_clean(self):
        super()._post_clean()
        for name, sentence in self.instance.problems().items():
            self.add_error(name if name in self.fields else None, sentence)


@admin.register(Section)
class SectionAdmin(ScheduledAdmin, TextsAdmin):
    form = SectionForm
    list_display = ("__str__", "kind", "position", "regions", "is_public", "on_show")
    list_editable = ("position", "is_public")
    list_filter = (ShownFilter, "kind", "is_public")
    raw_id_fields = ("piece", "launch")
    filter_horizontal = ("pieces",)
    fieldsets = (
        (None, {"fields": ("code", "kind", "position", "regions", "is_public", "publish_at", "withdraw_at")}),
        texts_fieldset(SectionTexts.fields),
        (
            _("Picture and where it leads"),
            {"fields": ("target", "scene", "piece", "view", "pieces", "how_many", "launch")},
        ),
    )
