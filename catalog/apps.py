from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.apps import CatalogueConfig as OscarCatalogueConfig


class CatalogueConfig(OscarCatalogueConfig):
    name = "catalog"
    verbose_name = _("Pieces")

    def ready(self) -> None:
        super().ready()
        from services.foundation import second_person

        from . import answering, jobs, proposing, uploading  # noqa: F401

        second_person.take_the_desk(proposing)

        post_delete.connect(uploading.hear_removed, sender="catalogue.Picture", dispatch_uid="a picture leaves its files")
