"""Settings of the tests: the same house on the test servers, with mail kept in memory."""

import os

os.environ["FLAGSHIP_DEMO"] = "1"

from .base import *  # noqa: E402, F403
from .base import DATABASES, VAR

DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"].setdefault("TEST", {})["NAME"] = "test_flagship" + os.environ.get("TEST_SUFFIX", "")
if os.environ.get("TEST_TEMPLATE"):
    DATABASES["default"]["TEST"]["TEMPLATE"] = os.environ["TEST_TEMPLATE"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {  # noqa: F405
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_SENDER = "services.foundation.contacts.senders.MemorySender"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = False
MEDIA_ROOT = str(VAR / "test-media")
ORIGINALS_ROOT = str(VAR / "test-originals")
