"""The command that takes in a file: what it prints, what it refuses, and that another run doubles nothing."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leads.domain.csv_presets import OLIST_DEALS
from leads.models import Lead, Opportunity, OutboxMessage, Signal, User
from scoring.models import Scorecard

pytestmark = pytest.mark.django_db

MAPPING = {
    "key": "fair-{mail}",
    "zone": "Europe/Berlin",
    "fields": {
        "type": "{kind}",
        "person.email": "{mail}",
        "person.first_name": "{first}",
        "company.country": "DE",
        "occurred_at": "{at}",
    },
}
HEADER = "mail,first,kind,at\n"
EVA = "eva@acme.example,Eva,event_attended,2026-03-02 10:00\n"
ADA = "ada@acme.example,Ada,event_attended,2026-03-02 11:00\n"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(MAPPING), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of the test's own."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def written(folder: Path, rows: str) -> Path:
    path = folder / "fair.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], path: Path, mapping: Path, *options: str) -> list[str]:
    call_command("import_signals", str(path), "--source", "fair", "--mapping", str(mapping), *options)
    return capsys.readouterr().out.splitlines()


def test_each_row_is_a_signal_at_its_own_time(
    model: Scorecard, tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = run(capsys, written(tmp_path, EVA + ADA), mapping)

    eva = Lead.objects.get(email="eva@acme.example")
    signal = Signal.objects.get(lead=eva)
    assert lines == ["read=2 stored=2 repeated=0 refused=0"]
    assert signal.occurred_at.isoformat() == "2026-03-02T09:00:00+00:00"
    assert signal.received_at == eva.created_at == signal.occurred_at
    assert not (tmp_path / "fair.csv.refused.csv").exists()


def test_an_import_that_broke_off_goes_on_and_doubles_nothing(
    model: Scorecard, tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, written(tmp_path, EVA), mapping)

    lines = run(capsys, written(tmp_path, EVA + ADA + ADA), mapping)

    assert lines == ["read=3 stored=1 repeated=2 refused=0"]
    assert Signal.objects.count() == 2


def test_a_dry_run_says_what_would_happen_and_stores_nothing(
    model: Scorecard, tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = run(capsys, written(tmp_path, EVA + "nobody,X,chat,\n"), mapping, "--dry-run")

    assert lines[-1] == "read=2 stored=1 repeated=0 refused=1"
    assert not Lead.objects.exists()
    assert not Signal.objects.exists()


def test_refused_rows_go_beside_the_file_with_their_line_and_reason(
    model: Scorecard, tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (
        "no address,Bob,event_attended,2026-03-02\n"
        + EVA
        + "bob@acme.example,Bob,dancing,2026-03-02\n"
        + "bob@acme.example,Bob,event_attended,in March\n"
        + "bob@acme.example,=cmd(),event_attended\n"
        + 'bob@acme.example,"Bob,event_attended,2026-03-02\n'
        + "nul@acme.example,N\0l,event_attended,2026-03-02\n"
        + "late@acme.example,Lea,event_attended,2099-03-02\n"
    )

    lines = run(capsys, written(tmp_path, rows), mapping)

    with (tmp_path / "fair.csv.refused.csv").open(encoding="utf-8", newline="") as file:
        header, *refused = csv.reader(file)
    assert lines == [
        f"Refused rows and why: {tmp_path}/fair.csv.refused.csv",
        "read=8 stored=1 repeated=0 refused=7",
    ]
    assert header == ["line", "reason", "mail", "first", "kind", "at"]
    assert [(line, reason) for line, reason, *_ in refused if line in "4567"] == [
        ("4", "“kind”: There is no signal type dancing."),
        ("5", "“at”: “in March” is not a date or time such as 2026-11-20 or 2026-11-20 10:15."),
        ("6", "The row has 3 cells, the header 4 cells."),
        ("7", "A quotation mark is opened here and never closed."),
    ]
    assert [(line, reason.partition(":")[0]) for line, reason, *_ in refused if line not in "4567"] == [
        ("2", "“mail”"),
        ("8", "“first”"),
        ("9", "“at”"),
    ]
    assert refused[3][2:] == ["bob@acme.example", "'=cmd()", "event_attended"]


def test_what_was_refused_before_is_gone_when_nothing_is_refused_any_more(
    model: Scorecard, tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, written(tmp_path, "nobody,X,event_attended,2026-03-02\n"), mapping)

    run(capsys, written(tmp_path, EVA), mapping)

    assert not (tmp_path / "fair.csv.refused.csv").exists()


def test_a_read_only_folder_stays_as_it_is(
    model: Scorecard, tmp_path: Path, elsewhere: Path, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    path = written(folder, "nobody,X,event_attended,2026-03-02\n")
    folder.chmod(0o555)

    lines = run(capsys, path, mapping)

    assert lines[0] == f"Refused rows and why: {elsewhere}/fair.csv.refused.csv"
    assert [one.name for one in folder.iterdir()] == ["fair.csv"]


def test_a_row_that_changed_is_refused_and_what_was_stored_stays(
    model: Scorecard, tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, written(tmp_path, EVA), mapping)

    lines = run(capsys, written(tmp_path, EVA.replace("Eva", "Evi")), mapping)

    assert lines[-1] == "read=1 stored=0 repeated=0 refused=1"
    assert Lead.objects.get().first_name == "Eva"


def test_nobody_is_told_of_what_is_long_past_and_everybody_of_what_is_news(
    olga: User, tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    rows = EVA.replace("event_attended", "demo_request") + f"ada@acme.example,Ada,demo_request,{yesterday}\n"

    run(capsys, written(tmp_path, rows), mapping)

    told = OutboxMessage.objects.values_list("title", flat=True).distinct()
    assert Lead.objects.filter(stage="MQL").count() == 2
    assert ["Ada" in title for title in told] == [True]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("mail,first,mail\n", "the column mail more than once"),
        ("mail,first\n", "lacks the columns kind, at. It has mail, first."),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(
    model: Scorecard, tmp_path: Path, mapping: Path, content: str, sentence: str
) -> None:
    path = tmp_path / "fair.csv"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=sentence):
        call_command("import_signals", str(path), "--source", "fair", "--mapping", str(mapping))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{", "is not JSON"), ("[]", "A mapping is an object"), ('{"fields": {}}', "of what type")],
)
def test_a_mapping_that_cannot_be_used_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match=sentence):
        call_command(
            "import_signals", str(written(tmp_path, EVA)), "--source", "fair", "--mapping", str(mapping)
        )


def test_a_missing_mapping_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file"):
        call_command(
            "import_signals",
            str(written(tmp_path, EVA)),
            "--source",
            "fair",
            "--mapping",
            str(tmp_path / "none"),
        )


DEAL = dict.fromkeys(OLIST_DEALS.columns(), "") | {
    "mql_id": "a1",
    "sdr_id": "s1",
    "sr_id": "r1",
    "won_date": "2026-03-05 10:00:00",
}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"declared_monthly_revenue": "1e30"}, "is not an amount"),
        ({"sr_id": "r" * 300}, "is no address of a colleague"),
        ({"won_date": "2099-01-01"}, "The deal was won on 1 January 2099, which is still to come."),
    ],
)
def test_a_deal_that_cannot_be_costs_itself_and_no_other(
    *,
    wrong: dict[str, str],
    reason: str,
    model: Scorecard,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    leads, deals = tmp_path / "leads.csv", tmp_path / "deals.csv"
    leads.write_text(
        "mql_id,first_contact_date,landing_page_id,origin\na1,2026-03-02,l,paid\na2,2026-03-02,l,paid\n"
    )
    with deals.open("w", newline="") as file:
        writer = csv.DictWriter(file, DEAL)
        writer.writeheader()
        writer.writerows([{**DEAL, **wrong}, {**DEAL, "mql_id": "a2"}])

    for path, preset in ((leads, "olist"), (deals, "olist-deals")):
        call_command("import_signals", str(path), "--source", "olist", "--preset", preset)

    assert "read=2 stored=1 repeated=0 refused=1" in capsys.readouterr().out
    assert reason in (tmp_path / "deals.csv.refused.csv").read_text()
    assert Opportunity.objects.get().lead.email == "a2@olist.invalid"
