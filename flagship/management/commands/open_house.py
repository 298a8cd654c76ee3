from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from flagship import opening


class Command(BaseCommand):
    """Open the house from its folder (HOUSE). Safe to run again: it adds what is new and keeps what staff changed."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--overwrite", action="store_true", help="bring texts, prices, zones and regions back to the files")

    def handle(self, *args, **options):
        opening.open_house(Path(settings.HOUSE), now=timezone.now(), overwrite=options["overwrite"])
        if settings.DEMO:
            opening.demo_staff()
        self.stdout.write(f"The house in {settings.HOUSE} is open.")
