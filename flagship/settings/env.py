"""What the surroundings tell the house, read once, typed, and refused loudly when it is missing or unsafe."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from flagship.embedded.processes import ACCOUNT

ROOT = Path(__file__).resolve().parent.parent.parent
#: Where the demo and the tests keep what they make; two houses on one machine name two folders in FLAGSHIP_VAR.
VAR = Path(os.environ.get("FLAGSHIP_VAR") or ROOT / "var").resolve()
#: The house that the demo and the tests open when HOUSE names none.
DEMO_HOUSE = ROOT / "flagship" / "houses" / "arcenne"
DEMO_SECRET = "demo-only-secret-that-production-refuses-to-start-with"
DEMO_PAYMENT_KEY = "sk_test_standin"
DEMO_WEBHOOK_SECRET = "whsec_demo_only_standin"


@dataclass(frozen=True)
class Surroundings:
    """The environment of one process; every field is one variable of the same name in capitals."""

    demo: bool
    debug: bool
    secret_key: str
    site_url: str
    allowed_hosts: list[str]
    database_url: str
    redis_url: str
    house: str
    payment_api_base: str
    payment_secret_key: str
    payment_webhook_secret: str
    media_root: str
    originals_root: str
    mail_url: str
    sms_sender: str
    payment_test_mode: bool


def read(env: Env | None = None) -> Surroundings:
    """Read the environment. Raises ImproperlyConfigured with a sentence that says what to set."""
    env = env or Env()
    demo = env.bool("FLAGSHIP_DEMO", False)

    def required(name: str, in_demo: str) -> str:
        value = env.str(name, in_demo if demo else "")
        if not value:
            raise ImproperlyConfigured(f"Set {name} (or FLAGSHIP_DEMO=1 to try the house with demo values).")
        return value

    found = Surroundings(
        demo=demo,
        debug=env.bool("DEBUG", False),
        secret_key=required("SECRET_KEY", DEMO_SECRET),
        site_url=required("SITE_URL", "http://127.0.0.1:8000").rstrip("/"),
        allowed_hosts=env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "testserver"] if demo else []),
        database_url=required("DATABASE_URL", "postgres://flagship@127.0.0.1:5432/flagship"),
        redis_url=required("REDIS_URL", "redis://127.0.0.1:6379/0"),
        house=required("HOUSE", str(DEMO_HOUSE)),
        payment_api_base=env.str("PAYMENT_API_BASE", "http://127.0.0.1:12111" if demo else "https://api.stripe.com"),
        payment_secret_key=required("PAYMENT_SECRET_KEY", DEMO_PAYMENT_KEY),
        payment_webhook_secret=required("PAYMENT_WEBHOOK_SECRET", DEMO_WEBHOOK_SECRET),
        media_root=env.str("MEDIA_ROOT", str(VAR / "media")),
        originals_root=env.str("ORIGINALS_ROOT", str(VAR / "originals")),
        mail_url=env.str("EMAIL_URL", "file://" if demo else ""),
        payment_test_mode=env.bool("PAYMENT_TEST_MODE", False),
        sms_sender=env.str("SMS_SENDER", "services.foundation.contacts.senders.FileSender" if demo else ""),
    )
    if Path(found.originals_root).resolve().is_relative_to(Path(found.media_root).resolve()):
        raise ImproperlyConfigured("ORIGINALS_ROOT lies in MEDIA_ROOT, which everybody can read: name a folder outside it.")
    if not demo:
        refuse_demo_values(found)
    return found


def refuse_demo_values(found: Surroundings) -> None:
    """Production never starts on anything that only the demo may have."""
    if found.secret_key == DEMO_SECRET or len(found.secret_key) < 40:
        raise ImproperlyConfigured("SECRET_KEY is the demo's or too short: generate one of at least 40 characters.")
    if found.payment_secret_key == DEMO_PAYMENT_KEY or found.payment_webhook_secret == DEMO_WEBHOOK_SECRET:
        raise ImproperlyConfigured("PAYMENT_SECRET_KEY or PAYMENT_WEBHOOK_SECRET is the demo's: set the provider's own keys.")
    if "_test_" in found.payment_secret_key and not found.payment_test_mode:
        raise ImproperlyConfigured(
            "PAYMENT_SECRET_KEY is a test key and moves no money: set the live key (or PAYMENT_TEST_MODE=1 to rehearse)."
        )
    if found.payment_api_base != "https://api.stripe.com":
        raise ImproperlyConfigured("PAYMENT_API_BASE points at a stand-in: leave it unset in production.")
    if ACCOUNT in found.database_url:
        raise ImproperlyConfigured("DATABASE_URL is the embedded server of the demo: use a PostgreSQL of your own.")
    if ACCOUNT in found.redis_url:
        raise ImproperlyConfigured("REDIS_URL is the embedded server of the demo: use a Redis of your own.")
    if not found.site_url.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL must begin with https:// in production.")
    if not found.allowed_hosts or "*" in found.allowed_hosts:
        raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names this house answers to.")
    if found.debug:
        raise ImproperlyConfigured("DEBUG shows the house's insides: it is for FLAGSHIP_DEMO=1 only.")
    if not found.mail_url or not found.sms_sender:
        raise ImproperlyConfigured("Set EMAIL_URL and SMS_SENDER: clients verify themselves by e-mail or SMS.")
