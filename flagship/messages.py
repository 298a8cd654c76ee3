"""Texts of the interface: `python -m flagship.messages update|compile`.

`update` collects what code and templates say into `locale/` (it needs the gettext tools); `compile` makes the .mo files that
Django reads and needs nothing but Babel, which Oscar brings.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans", "fr")


def compile_all() -> int:
    """Write the .mo beside every .po that is newer than it; returns how many were written."""
    written = 0
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with open(source, "rb") as po:
            catalogue = read_po(po, locale=source.parent.parent.name)
        part = target.with_suffix(".part")
        with open(part, "wb") as mo:
            write_mo(mo, catalogue)
        part.replace(target)
        written += 1
    return written


def update() -> None:
    """Bring `locale/` up to date with the source."""
    if not shutil.which("xgettext"):
        sys.exit("Install the gettext tools first (Debian: apt install gettext; macOS: brew install gettext).")
    command = [sys.executable, "manage.py", "makemessages", "--no-location", "--no-wrap", "--no-obsolete"]
    for language in LANGUAGES:
        command += ["-l", language]
    subprocess.run([*command, "-i", "var/*", "-i", ".venv/*", "-i", "studio/*", "-i", "tests/*"], cwd=ROOT, check=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    compile_all()
