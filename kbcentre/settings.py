"""Settings of kbcentre. Everything an installation may choose comes from the environment; see docs/operations.md.

A wrong value stops the start with a message that names the variable: nothing is guessed in production.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- The installation -------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).resolve()
try:  # everything that a centre writes lies there
    DATA_DIR.mkdir(parents=True, exist_ok=True)
except OSError as _problem:
    raise ImproperlyConfigured(f"DATA_DIR is {DATA_DIR}, which cannot be made: {_problem.strerror}.") from None
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY and (_made := DATA_DIR / "secret_key").is_file():
    SECRET_KEY = _made.read_text().strip()  # of `make run`: its other commands are of the same centre
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Give it a long random value, for example the output of "
            '`python -c "import secrets; print(secrets.token_urlsafe(50))"`.'
        )
    SECRET_KEY = "only-for-debugging-on-this-machine"  # noqa: S105 - nothing to keep secret from oneself
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CENTRE_NAME = env.str("CENTRE_NAME", default="Servicecenter")
HTTPS = env.bool("HTTPS", default=False)
# Where people reach the centre, for what is read outside of it. Empty: `serve` and the settings above let one conclude.
SITE_URL = env.str("SITE_URL", default="")

INSTALLED_APPS = [
    "daphne",
    "kbcentre",
    "articles",
    "notifications",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kbcentre.compression.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "kbcentre.sessions.AuthenticationMiddleware",
    "articles.access.RequestScope",
    "articles.api.errors.OneShape",
    "articles.tabs.ForgetTabs",
    "kbcentre.language.PersonLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kbcentre.characters.NoNul",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "kbcentre.urls"
WSGI_APPLICATION = "kbcentre.wsgi.application"
ASGI_APPLICATION = "kbcentre.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kbcentre.context.shell",
            ],
        },
    },
]

# --- Data -------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
_database: dict[str, Any] = DATABASES["default"]
# Threads live long and keep their connection: opening one costs more than most queries.
_database["CONN_MAX_AGE"] = None
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # A writer that first reads would otherwise be refused half-way ("database is locked").
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # FULL: what was acknowledged survives a power cut, not only a killed process.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["CONN_HEALTH_CHECKS"] = True
else:
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:// or postgres://.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            # A Redis that does not answer must not keep whoever has just saved something waiting.
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_connect_timeout": 1}]},
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "kbcentre.shared_cache.SharedCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

MEDIA_ROOT = DATA_DIR / "media"  # never inside the web root: views serve it to those who may see it
IMAGE_MAX_BYTES = env.int("IMAGE_MAX_BYTES", default=10 * 1024 * 1024)
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=500 * 1024 * 1024)
# In live categories: what was written publishes itself when nobody wrote for so long, or somebody always did.
LIVE_PAUSE = timedelta(seconds=env.int("LIVE_PAUSE_SECONDS", default=60))
LIVE_LONGEST = timedelta(seconds=env.int("LIVE_LONGEST_SECONDS", default=600))
# Promises: how many must-reads a week are too many for a person; when articles are looked at again.
MUST_READS_PER_WEEK = env.int("MUST_READS_PER_WEEK", default=5)
REVIEW_MONTHS = env.int("REVIEW_MONTHS", default=12)
REVIEW_LEAD_DAYS = env.int("REVIEW_LEAD_DAYS", default=14)
# Words that are searched for are counted by day: written every few seconds (0: never), kept for so long.
SEARCH_LOG_EVERY = 5
SEARCH_LOG_DAYS = env.int("SEARCH_LOG_DAYS", default=365)
# Hosts in the centre's own network that webhooks and push may reach; all others must be public, over HTTPS.
OUTGOING_PRIVATE_HOSTS = frozenset(name.lower() for name in env.list("OUTGOING_PRIVATE_HOSTS", default=[]))
NOTIFICATION_RETENTION_DAYS = env.int("NOTIFICATION_RETENTION_DAYS", default=180)
EVENT_RETENTION_DAYS = env.int("EVENT_RETENTION_DAYS", default=30)
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# --- People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "articles.User"
AUTHENTICATION_BACKENDS = ["kbcentre.sessions.PersonBackend"]
ANONYMOUS_USER_NAME = None  # guardian: nobody who has not signed in has any right
GUARDIAN_MONKEY_PATCH_USER = False
# guardian's backend is left out on purpose: grants are asked of articles.access, and of nothing else.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "kbcentre.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_DISPLAY = "kbcentre.accounts.display_name"
ACCOUNT_RATE_LIMITS = {
    # A whole centre signs in at eight through one address; only failures are limited tightly, per account.
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
}
# How many proxies before us add to X-Forwarded-For: 0 would count everybody behind nginx as one address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{CENTRE_NAME}: "
MFA_TOTP_ISSUER = CENTRE_NAME
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Addresses are given by managers and not confirmed (above): they must not keep anybody from a second step.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# Signing in with the accounts of the municipality, when there is a provider of them.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
OIDC_NAME = env.str("OIDC_NAME", default="")  # what the button on the sign-in page says
OIDC_ROLES = env.dict("OIDC_ROLES", default={})  # group of the provider → role here
OIDC_ROLES_CLAIM = env.str("OIDC_ROLES_CLAIM", default="groups")
if OIDC_SERVER_URL:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "kbcentre.single_sign_on.SingleSignOn"
    SOCIALACCOUNT_LOGIN_ON_GET = True  # a form would be sent on to the provider, which form-action does not allow
    SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = env.bool(
        "OIDC_TRUST_EMAIL", default=False
    )
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": OIDC_NAME or "OpenID Connect",
                    "client_id": env.str("OIDC_CLIENT_ID"),
                    "secret": env.str("OIDC_CLIENT_SECRET"),
                    "settings": {
                        "server_url": OIDC_SERVER_URL,
                        "oauth_pkce_enabled": True,
                        # Desks are shared: whoever sits there now is asked who they are.
                        "auth_params": {"prompt": env.str("OIDC_PROMPT", default="select_account")},
                    },
                }
            ]
        }
    }

# A mail server that takes the connection and then says nothing must not hold the mail for ever. Below the five minutes
# after which another worker takes over what a sender has (notifications/channels/claims.py), however much it asks.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="kbcentre@localhost")

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = env.str("DEFAULT_LANGUAGE", default="en")
LANGUAGES = [("en", _("English")), ("sv", _("Swedish"))]
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured("DEFAULT_LANGUAGE must be en or sv.")
LOCALE_PATHS = [BASE_DIR / "kbcentre" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Stockholm")
USE_I18N = True
USE_TZ = True

# --- Static files and headers -----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [("kb", BASE_DIR / "static" / "dist")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, "'inline-speculation-rules'"],  # rules which page is asked for ahead, never a script
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "kbcentre.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "articles.views.unsent.csrf_failure"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31_536_000
if HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
