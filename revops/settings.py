"""Every setting, read from the environment; a bad or missing one says which, and stops the start."""

import os
import zoneinfo
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from csp.constants import NONE, SELF

from revops.environment import Environment
from revops.logs import configuration

# Due times depend on the zones' rules: the pinned tzdata decides, not whatever the machine happens to have.
zoneinfo.reset_tzpath(to=[])

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

DEBUG = env.yes("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# By which the list of addresses that are not to be contacted recognises them. It must outlive SECRET_KEY: with another
# one, nobody who was erased would be recognised any more. Where none is given it is the first key that there was.
SUPPRESSION_KEY = env.text("SUPPRESSION_KEY", default=[SECRET_KEY, *SECRET_KEY_FALLBACKS][-1])
SUPPRESSION_KEY_IS_GIVEN = bool(env.text("SUPPRESSION_KEY"))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.address("SITE_URL", "http://", "https://", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "revops",
    "reports",
    "routing",
    "scoring",
    "leads",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tables2",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "revops.requests.RequestMiddleware",
    "revops.middleware.ApiProblemsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "revops.middleware.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "revops.middleware.StraightToApiMiddleware",  # what follows is for pages
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "revops.sign_in.second_factor.SecondFactorMiddleware",
    "revops.middleware.ViewerTimeZoneMiddleware",
    "revops.middleware.LargestUploadMiddleware",
]

ROOT_URLCONF = "revops.urls"
WSGI_APPLICATION = "revops.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "revops.frame.frame",
            ],
        },
    },
]

DATABASES = {
    "default": {
        **env.database("DATABASE_URL"),
        "ENGINE": "revops.database",
        "CONN_MAX_AGE": env.whole("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "leads.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["revops.sign_in.recognising.Backend"]
SESSION_ENGINE = "revops.sign_in.sessions"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())

# Sign-in: by e-mail and password or by the company's provider, never by open sign-up. Guesses are counted by
# `leads.guesses` in PostgreSQL, so allauth's own counting in a cache is off.
ACCOUNT_ADAPTER = "revops.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "login": "revops.sign_in.forms.SignInForm",
    "reset_password": "revops.sign_in.forms.AskForLinkForm",
    "change_password": "revops.sign_in.forms.NewPasswordForm",
    "reset_password_from_key": "revops.sign_in.forms.PasswordByLinkForm",
}
MFA_ADAPTER = "revops.sign_in.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "revops.sign_in.forms.CodeForm",
    "reauthenticate": "revops.sign_in.forms.CodeAgainForm",
}
MFA_TOTP_ISSUER = "Baton"
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds: a telephone's clock is rarely exact
MFA_RECOVERY_CODES_SHOW_ONCE = True
ROLES = ("SDR", "AE", "CSM", "MANAGER", "MARKETER", "OPS", "VIEWER")  # of leads.models.Role
SECOND_FACTOR_ROLES = env.words("SECOND_FACTOR_ROLES", among=ROLES)

# Single sign-on by OpenID Connect: on as soon as there is an issuer; then the other three must be there too.
SSO_ISSUER = env.text("SSO_ISSUER", default="").rstrip("/")
SSO_NAME = env.text("SSO_NAME", default="your company's account")
SSO_CLIENT_ID = env.text("SSO_CLIENT_ID", default="")
SSO_CLIENT_SECRET = env.text("SSO_CLIENT_SECRET", default="")
SSO_DOMAINS = [each.lower() for each in env.words("SSO_DOMAINS")]
SSO_NEW_PEOPLE = env.yes("SSO_NEW_PEOPLE", default=False)
_sso = {"SSO_CLIENT_ID": SSO_CLIENT_ID, "SSO_CLIENT_SECRET": SSO_CLIENT_SECRET, "SSO_DOMAINS": SSO_DOMAINS}
if SSO_ISSUER and (missing := [name for name, value in _sso.items() if not value]):
    env.faults.append(f"SSO_ISSUER is set, so {' and '.join(missing)} must be set too.")
if SSO_ISSUER and not (SSO_ISSUER.startswith("https://") or DEBUG):
    env.faults.append("SSO_ISSUER must begin with https://.")

# Codes that were used lie in the database: a second process must know them, also while Redis is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# With STATIC_ROOT, `collectstatic` fills it with hashed names that browsers keep for ever; without, files are served
# as they lie in the checkout.
STATIC_ROOT = env.text("STATIC_ROOT", default="") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STATIC_BACKEND = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if STATIC_ROOT is None
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_BACKEND},
}

EMAIL_CONFIG = env.mail("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds; a mail server that hangs must not hold the relay
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default="Baton <baton@localhost>")

# Where webhooks and other addresses that people typed may lead. Networks named here may be called although they lie
# inside, on every port: a collector in the company's own network, or a receiver on the developer's machine.
OUTGOING_HTTP = env.yes("OUTGOING_HTTP", default=False)
OUTGOING_PORTS = env.numbers("OUTGOING_PORTS", default=[443, 8443])
OUTGOING_NETWORKS = env.networks("OUTGOING_NETWORKS")
WEBHOOK_SECONDS = env.number("WEBHOOK_SECONDS", default=5.0)  # how long a receiver may take for everything
WEBHOOK_ATTEMPTS = env.whole("WEBHOOK_ATTEMPTS", default=5)
WEBHOOK_PAUSE_AFTER = timedelta(hours=env.number("WEBHOOK_PAUSE_AFTER_HOURS", default=24.0))

FORM_RATE = env.rate("FORM_RATE", default="20 per 10 minutes")  # how often one address may send a hosted form
FORM_LEAST_SECONDS = env.number("FORM_LEAST_SECONDS", default=2.0)  # no person fills one in faster

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = env.yes("HTTPS", default=SITE_URL.startswith("https://"))
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # a load balancer asks behind the proxy, in the clear
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.yes("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
LARGEST_FILE = env.whole("LARGEST_FILE", default=1024**3)  # bytes of a file that is brought for import

REDIS_URL = env.address("REDIS_URL", "redis://", "rediss://", "unix://")
ORGANISATION_TIME_ZONE = env.zone("ORGANISATION_TIME_ZONE", default="Europe/Berlin")
ORGANISATION_CURRENCY = env.currency("ORGANISATION_CURRENCY")
REPS_SEE_ALL_LEADS = env.yes("REPS_SEE_ALL_LEADS", default=False)
TOUCHES_KEPT_MONTHS = env.whole("TOUCHES_KEPT_MONTHS", default=0)  # then whole months go (IN-13); 0 keeps all
CALIBRATION_MINIMUM = env.whole(
    "CALIBRATION_MINIMUM", default=50
)  # wins, and as many that were not, to weigh by

# Each measured: a killed worker's task comes back within seconds, none is lost, and no result is kept.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker however long it is away
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TIMEZONE = ORGANISATION_TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

DJANGO_TABLES2_TEMPLATE = "includes/table.html"

# Who may be believed about where a request came from, and who may read /metrics.
TRUSTED_PROXIES = [ip_network(each) for each in env.networks("TRUSTED_PROXIES")]
METRICS_TOKEN = env.text("METRICS_TOKEN", default="")

LOG_LEVEL = env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
LOGGING = configuration(level=LOG_LEVEL, as_json=env.yes("LOG_JSON", default=not DEBUG))

env.stop_on_faults()
