"""The peer is measured where it was asked for and can run; elsewhere its line says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import peer
from bench.peer import NoPeer

URL = "postgres://baton@/%2Fsrv%2Frun%2Fbaton"


def test_nobody_installs_a_peer_without_asking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PEER", raising=False)

    with pytest.raises(NoPeer, match="say PEER=1"):
        peer.prepare(tmp_path, url=URL, leads=100)

    assert not list(tmp_path.iterdir())


def test_the_first_python_that_is_new_enough_is_taken() -> None:
    assert peer.find_python(iter(["/bin/false", "/bin/true", "/bin/false"])) == "/bin/true"


def test_without_one_that_is_told() -> None:
    with pytest.raises(NoPeer, match=r"needs Python 3\.12"):
        peer.find_python(iter(["/bin/false"]))
