"""Settings of the house. Everything that differs between machines comes from `env.py`."""

from pathlib import Path

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF
from oscar import defaults as oscar_defaults

from services.foundation import house as the_house

from . import env

HERE = env.read()
ROOT, VAR = env.ROOT, env.VAR
DEMO = HERE.demo
DEBUG = HERE.debug
SECRET_KEY = HERE.secret_key
SITE_URL = HERE.site_url
SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = HERE.allowed_hosts
HOUSE = HERE.house
_HOUSE = the_house.read(Path(HOUSE))  # refused here, at the start, when something is missing or cannot be read
ROOT_URLCONF = "flagship.urls"
STOREFRONT_URLCONF = "flagship.storefront"
WSGI_APPLICATION = "flagship.wsgi.application"

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, whose forms it completes
    "flagship.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "django.contrib.flatpages",
    "django.contrib.postgres",
    "csp",
    # Our rooms; each fork replaces Oscar's entry and keeps its label.
    "flagship.apps.FlagshipConfig",
    "flagship.clients.apps.ClientsConfig",
    "flagship.stage.apps.StageConfig",
    "services.foundation.regions.apps.RegionsConfig",
    "services.foundation.book.apps.BookConfig",
    "services.foundation.provider.apps.ProviderConfig",
    "services.foundation.units.apps.UnitsConfig",
    "services.foundation.outbox.apps.OutboxConfig",
    "services.foundation.contacts.apps.ContactsConfig",
    "services.engraving.apps.EngravingConfig",
    "services.gifting.apps.GiftingConfig",
    "services.deferred.apps.DeferredConfig",
    "services.launches.apps.LaunchesConfig",
    "services.delivery.apps.DeliveryConfig",
    "oscar.config.Shop",
    "catalog.apps.CatalogueConfig",
    "catalog.partner.apps.PartnerConfig",
    "catalog.search.apps.SearchConfig",
    "checkout.apps.CheckoutConfig",
    "checkout.basket.apps.BasketConfig",
    "checkout.order.apps.OrderConfig",
    "checkout.packing.apps.PackingConfig",
    "checkout.invoicing.apps.InvoicingConfig",
    "checkout.paylinks.apps.PayLinksConfig",
    "checkout.transfers.apps.TransfersConfig",
    "checkout.reconciling.apps.ReconcilingConfig",
    "checkout.payment.apps.PaymentConfig",
    "checkout.refunds.apps.RefundsConfig",
    "checkout.shipping.apps.ShippingConfig",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    # Oscar asks for these at import time; none of their pages is mounted.
    "oscar.apps.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "flagship.middleware.HeadersMiddleware",
    "flagship.middleware.RegionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "flagship.middleware.PreviewMiddleware",
    "flagship.middleware.NulMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "flagship.context.house",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "flagship.templatetags.house"],
        },
    }
]

# Oscar's own settings, then ours over them.
for _name in dir(oscar_defaults):
    if _name.startswith("OSCAR_"):
        globals()[_name] = getattr(oscar_defaults, _name)
OSCAR_SHOP_NAME = "Flagship"
OSCAR_DEFAULT_CURRENCY = _HOUSE.raw["regions"][0]["currency"]
OSCAR_DYNAMIC_CLASS_LOADER = "oscar.core.loading.default_class_loader"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_DELETE_IMAGE_FILES = False
OSCAR_SLUG_ALLOW_UNICODE = False
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}  # Oscar imports it

DATABASES = {"default": dj_database_url.parse(HERE.database_url, conn_max_age=None, conn_health_checks=True)}
DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, "options": "-c timezone=UTC"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = HERE.redis_url
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "flagship",
        # A shop without its cache is slower, not shut: short patience, and callers fall back.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

SITE_ID = 1  # one house: whichever of its names a browser used, the staff's door opens
AUTH_USER_MODEL = "clients.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "flagship.clients.signing_in.ByCode"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "sign-in"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "flagship.stage.views.form_refused"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 63072000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF],
        # Browsers check redirects after a form post too, and payment is a redirect to the provider's page.
        "form-action": [SELF, "https://checkout.stripe.com" if not DEMO else HERE.payment_api_base],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English"), ("fr", "Français")]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_LANGUAGES = the_house.SPOKEN
MODELTRANSLATION_FALLBACK_LANGUAGES = the_house.SPOKEN
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "flagship.staticfiles.HouseAppsFinder",
    "flagship.staticfiles.HouseFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = HERE.media_root
ORIGINALS_ROOT = HERE.originals_root  # what staff uploaded, as they did; nobody is served from here
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "flagship.staticfiles.HouseStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60 * 60
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o644

PAYMENT_API_BASE = HERE.payment_api_base
PAYMENT_SECRET_KEY = HERE.payment_secret_key
PAYMENT_WEBHOOK_SECRET = HERE.payment_webhook_secret

if HERE.mail_url == "file://":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
else:
    vars().update(dj_email_url.parse(HERE.mail_url))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _HOUSE.mail_from
SMS_SENDER = HERE.sms_sender
SMS_FILE_PATH = VAR / "sms"

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"oscar.alerts": {"level": "WARNING"}, "stripe": {"level": "WARNING"}},
}
