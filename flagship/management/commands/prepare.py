from django.conf import settings
from django.core.management import BaseCommand, call_command

from catalog.models import Product
from flagship.messages import compile_all
from flagship.opening import demo_staff


class Command(BaseCommand):
    """What `make run` does before it opens: migrate, compile texts, collect static files, open the house if it is empty."""

    help = __doc__

    def handle(self, *args, **options):
        call_command("migrate", verbosity=0)
        compile_all()
        call_command("collectstatic", verbosity=0, interactive=False)
        if not settings.DEMO:
            return
        if not Product.objects.exists():
            call_command("open_house")
        demo_staff()
