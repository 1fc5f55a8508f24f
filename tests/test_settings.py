"""A start with a bad or missing setting names all of them and stops (PF-5); production's settings leave no warning."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from leads.models import Role
from revops.logs import configuration
from tests.processes import database_url

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/operate.md").read_text()
EXAMPLE = (ROOT / "deploy/environment.example").read_text()
READ = re.compile(r"env\.\w+\(\s*\"([A-Z_]+)\"")
GOOD = {
    "SECRET_KEY": "x" * 50,
    "DATABASE_URL": "postgres://127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def started(given: dict[str, str], *options: str) -> tuple[int, list[str]]:
    """The exit code of a start with these settings and no others, and what it told."""
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check", *options],
        env={**given, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stderr or done.stdout).splitlines()


def test_every_setting_that_is_read_stands_in_the_guide_and_no_other() -> None:
    read = set(READ.findall((ROOT / "revops/settings.py").read_text()))
    table = GUIDE.partition("## Settings")[2].partition("\n## ")[0]
    first_cells = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
    told = set(re.findall(r"`([A-Z_]+)`", " ".join(first_cells)))

    assert told == read


def test_the_guide_names_what_the_configuration_of_gunicorn_reads() -> None:
    read = set(re.findall(r"environ\.get\(\"([A-Z_]+)\"", (ROOT / "deploy/gunicorn.conf.py").read_text()))

    assert read
    assert [name for name in sorted(read) if f"`{name}`" not in GUIDE] == []


def test_an_empty_setting_of_gunicorn_counts_as_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BIND", "LOG_LEVEL"):
        monkeypatch.setenv(name, "")

    told = runpy.run_path(str(ROOT / "deploy/gunicorn.conf.py"))

    assert told["bind"] == "127.0.0.1:8000"
    assert told["logconfig_dict"] == configuration(level="INFO", as_json=True)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set. Set it to a long random text and keep it secret."),
        (
            {"REDIS_URL": "http://x"},
            "REDIS_URL must begin with redis:// or rediss:// or unix://; it begins with 'http://'.",
        ),
        (
            {"SSO_ISSUER": "https://x.example"},
            "SSO_ISSUER is set, so SSO_CLIENT_ID and SSO_CLIENT_SECRET and SSO_DOMAINS must be set too.",
        ),
    ],
)
def test_a_start_with_one_bad_setting_says_which_and_stops(wrong: dict[str, str], told: str) -> None:
    assert started({**GOOD, **wrong}) == (1, [told])


def test_a_start_with_many_bad_settings_names_all_of_them_at_once_and_no_secret() -> None:
    wrong = {
        "SECRET_KEY": "",
        "DATABASE_URL": "postgres://baton:pass/word@host:port/x",
        "REDIS_URL": "",
        "DEBUG": "maybe",
        "SITE_URL": "baton.example",
        "CONN_MAX_AGE": "soon",
        "WEBHOOK_SECONDS": "nan",
        "OUTGOING_PORTS": "443,https",
        "OUTGOING_NETWORKS": "10.1.2.3/8",
        "TRUSTED_PROXIES": "proxy",
        "ORGANISATION_TIME_ZONE": "Mars/Olympus",
        "ORGANISATION_CURRENCY": "euros",
        "FORM_RATE": "often",
        "LOG_LEVEL": "LOUD",
        "EMAIL_URL": "pigeon://user:pass/word@host",
        "SECOND_FACTOR_ROLES": "OPS,BOSS",
        "LARGEST_FILE": "-1",
    }

    code, told = started(wrong)

    assert code == 1
    assert {line.split()[0] for line in told} == set(wrong)
    assert not any("pass/word" in line for line in told)


@pytest.mark.django_db
def test_production_as_its_example_says_leaves_no_warning() -> None:
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    secrets = {name: f"{name}-{'0123456789abcdef' * 4}" for name, value in example.items() if not value}
    here = {"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL}
    every = {"SECOND_FACTOR_ROLES": ",".join(Role.values)}

    code, told = started({**example, **secrets, **here, **every}, "--deploy", "--fail-level=WARNING")

    assert (code, told) == (0, ["System check identified no issues (0 silenced)."])
    assert set(example) <= set(READ.findall((ROOT / "revops/settings.py").read_text()))


def test_who_is_not_to_be_contacted_is_recognised_by_the_first_key_where_no_other_is_given() -> None:
    rotated = {**GOOD, "SECRET_KEY_FALLBACKS": "y" * 50 + "," + "z" * 50}

    assert [key_of_refusals(given) for given in (GOOD, rotated, {**rotated, "SUPPRESSION_KEY": "own"})] == [
        "x" * 50,
        "z" * 50,
        "own",
    ]


def test_earlier_key_is_not_dropped_without_a_word_while_refusals_hang_from_it() -> None:
    rotated = {**GOOD, "SECRET_KEY_FALLBACKS": "y" * 50}

    told = [
        " ".join(started(given)[1]) for given in (GOOD, rotated, {**rotated, "SUPPRESSION_KEY": "y" * 50})
    ]

    assert ["Set it to the last of SECRET_KEY_FALLBACKS before you drop that" in each for each in told] == [
        False,
        True,
        False,
    ]
    assert "y" * 50 not in told[1]


def key_of_refusals(given: dict[str, str]) -> str:
    """The key that the list of refusals has with these settings."""
    read = "from revops.settings import SUPPRESSION_KEY; print(SUPPRESSION_KEY)"
    return subprocess.run(
        [sys.executable, "-c", read], cwd=ROOT, env=given, capture_output=True, text=True, check=True
    ).stdout.strip()
