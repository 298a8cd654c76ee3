from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookConfig(AppConfig):
    name = "services.foundation.book"
    label = "book"
    verbose_name = _("The book")
