import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from flagship import dressing
from services.foundation.house import House, house
from services.foundation.palette import TOKENS_CSS


class Command(BaseCommand):
    """Write the page that the proxy shows while the house is closed for work or does not answer (see deploy/nginx.conf)."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--to", default=str(settings.VAR / "maintenance"), help="the folder that the proxy serves")

    def handle(self, *args, **options):
        write(Path(options["to"]))
        self.stdout.write(f"The maintenance page stands in {options['to']}; a file maintenance.on beside it closes the house.")


def write(folder: Path) -> None:
    """Page, one stylesheet, faces and mark: complete in themselves, as nothing else answers then."""
    folder.mkdir(parents=True, exist_ok=True)
    found = house()
    put(
        folder, "index.html", render_to_string("stage/maintenance.html", {"house": found, "greetings": greetings(found)}).encode()
    )
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


def greetings(found: House) -> list[tuple[str, str, str, str]]:
    """What the page says in each language of the house: tag, name, title, words."""
    tags = {"zh-hans": "zh-Hans"}
    said = []
    for language in found.languages:
        with translation.override(language):
            title = gettext("We are closed for a moment")
            words = gettext("The shop is being looked after and opens again shortly. Orders already placed are safe with us.")
            said.append((tags.get(language, language), found.name, title, words))
    return said


def stylesheet(found: House) -> str:
    """Tokens, the house's own over them, and the page's rules: one file, whose faces lie beside it."""
    tokens = TOKENS_CSS.read_text(encoding="utf-8").replace("../fonts/", "")
    rules = TOKENS_CSS.with_name("maintenance.css").read_text(encoding="utf-8")
    return tokens + dressing.stylesheet(found) + rules
