import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command

from catalog.models import Product
from flagship.messages import compile_all
from flagship.opening import demo_staff


class Command(BaseCommand):
    """What `make run` does before it opens: migrate, compile texts, collect static files, open the demo house if it is empty."""

    help = __doc__

    def handle(self, *args, **options):
        call_command("migrate", verbosity=0)
        compile_all()
        collect_static()
        call_command("write_maintenance_page", verbosity=0)
        if not settings.DEMO:
            return
        if not Product.objects.exists():
            call_command("open_house")
        demo_staff()


def collect_static() -> bool:
    """Collect and compress static files unless they are those of the last time; returns whether it was done."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(digest.hexdigest())
    return True
