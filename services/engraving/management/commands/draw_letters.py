"""`manage.py draw_letters`: write the letters of every typeface for the drawing in the browser (see `drafting`)."""

from django.conf import settings
from django.core.management.base import BaseCommand

from services.engraving import drafting


class Command(BaseCommand):
    help = "Write static/letters/, from which browsers draw inscriptions: after a typeface or a sign was added."

    def handle(self, *args, **options) -> None:
        folder = settings.ROOT / "static" / "letters"
        folder.mkdir(exist_ok=True)
        for name, table in drafting.written().items():
            (folder / name).write_text(table, encoding="utf-8")
            self.stdout.write(name)
