"""`make check`, the part that is ours: `python -m flagship.checks`.

Settings as in production, no server needed: every migration is written, Django's deployment checks pass, every template compiles,
every text is translated.
"""

import os
import sys
from pathlib import Path

from babel.messages.pofile import read_po

from flagship.settings.env import DEMO_HOUSE

ROOT = Path(__file__).resolve().parent.parent
#: A production that exists only for these checks: nothing is ever contacted.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "flagship.settings.base",
    "FLAGSHIP_DEMO": "0",
    "HOUSE": os.environ.get("HOUSE") or str(DEMO_HOUSE),
    "SECRET_KEY": "checks-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "SITE_URL": "https://checks.example",
    "ALLOWED_HOSTS": "checks.example",
    "DATABASE_URL": "postgres://checks@127.0.0.1:1/checks",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PAYMENT_SECRET_KEY": "sk_live_checks",
    "PAYMENT_WEBHOOK_SECRET": "whsec_checks",
    "EMAIL_URL": "smtp://mail.checks.example",
    "SMS_SENDER": "services.foundation.contacts.senders.MemorySender",
}


def untranslated() -> list[str]:
    """Texts without a translation, as `language: text`."""
    found = []
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po")):
        with open(source, "rb") as po:
            for message in read_po(po, locale=source.parent.parent.name):
                said = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
                if message.id and (message.fuzzy or not all(said)):
                    found.append(f"{source.parent.parent.name}: {message.id}")
    return found


def templates() -> list[str]:
    """Compile every template of the house; returns the paths that were compiled. Raises TemplateSyntaxError."""
    from django.template.loader import get_template

    folder = ROOT / "templates"
    names = [str(file.relative_to(folder)) for file in sorted(folder.rglob("*")) if file.is_file()]
    for name in names:
        get_template(name)
    return names


def main() -> int:
    os.environ.update(PRODUCTION)
    import warnings

    import django
    from django.core.management import call_command

    django.setup()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no database is asked for the migrations' history
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    call_command("check", deploy=True, fail_level="WARNING")
    print(f"{len(templates())} templates compile.")
    missing = untranslated()
    print("\n".join(missing) or "Every text is translated.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
