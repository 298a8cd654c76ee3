from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from flagship import opening


class Command(BaseCommand):
    """Open the house from its folder (HOUSE): safe to run again whenever its files changed."""

    help = __doc__

    def handle(self, *args, **options):
        opening.open_house(Path(settings.HOUSE), now=timezone.now())
        if settings.DEMO:
            opening.demo_staff()
        self.stdout.write(f"The house in {settings.HOUSE} is open.")
