import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from flagship import dressing
from services.foundation import formats
from services.foundation.house import House, house
from services.foundation.palette import TOKENS_CSS


class Command(BaseCommand):
    """Write what the proxy itself says: that the house is closed or does not answer, or that a client is in too great a haste.

    See deploy/nginx.conf.
    """

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--to", default=str(settings.VAR / "maintenance"), help="the folder that the proxy serves")

    def handle(self, *args, **options):
        write(Path(options["to"]))
        self.stdout.write(f"The maintenance page stands in {options['to']}; a file maintenance.on beside it closes the house.")


def write(folder: Path) -> None:
    """Pages, one stylesheet, faces and mark: complete in themselves, as nothing else answers then."""
    folder.mkdir(parents=True, exist_ok=True)
    found = house()
    for name, said in (("index.html", closed), ("haste.html", haste)):
        page = render_to_string("stage/maintenance.html", {"house": found, "greetings": greetings(found, said)})
        put(folder, name, page.encode())
    put(folder, "maintenance.css", stylesheet(found).encode())
    put(folder, "mark.svg", dressing.mark(found).encode())
    for role in ("display", "text"):
        own = found.faces.get(role)
        shutil.copyfile(own.file if own else Path(settings.ROOT) / "static" / "fonts" / f"{role}.woff2", folder / f"{role}.woff2")


def put(folder: Path, name: str, content: bytes) -> None:
    """In one step: the proxy may be reading."""
    part = folder / f".{name}.part"
    part.write_bytes(content)
    part.replace(folder / name)


def closed() -> tuple[str, str]:
    return (
        gettext("We are closed for a moment"),
        gettext("The shop is being looked after and opens again shortly. Orders already placed are safe with us."),
    )


def haste() -> tuple[str, str]:
    return (
        gettext("One moment, please"),
        gettext(
            "Very many pages were asked for from your connection at once. Please wait a few seconds, then load this one again."
        ),
    )


def greetings(found: House, words_of: Callable[[], tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """What a page says in each language of the house: tag, name, title, words."""
    said = []
    for language in found.languages:
        with translation.override(language):
            said.append((formats.TAGS.get(language, language), found.name, *words_of()))
    return said


def stylesheet(found: House) -> str:
    """Tokens, the house's own over them, and the page's rules: one file, whose faces lie beside it."""
    tokens = TOKENS_CSS.read_text(encoding="utf-8").replace("../fonts/", "")
    rules = TOKENS_CSS.with_name("maintenance.css").read_text(encoding="utf-8")
    return tokens + dressing.stylesheet(found) + rules
