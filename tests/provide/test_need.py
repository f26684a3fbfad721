"""What is missing skips on a desk and fails in CI; installing is told where it cannot be done."""

import psycopg
import pytest

from tests.provide import __main__ as provide
from tests.provide import debian
from tests.provide.need import needed


def test_what_is_there_is_given() -> None:
    assert needed("a server", "url") == "url"


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_what_is_missing(monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="install the server"):
        needed("install the server", None)


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_without_apt_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", "/nosuch")
    monkeypatch.setitem(debian.NEEDED, "gdal-bin", lambda: False)
    assert provide.main() == code
    said = capsys.readouterr().out
    assert "gdal-bin" in said
    assert "there is no apt-get here" in said


def test_an_own_server_is_stopped_when_a_test_breaks() -> None:
    programs = needed("Debian's PostgreSQL with PostGIS is missing (python -m tests.provide)", debian.server_programs())
    urls = []

    def broken() -> None:
        with debian.private_server(programs) as url:
            psycopg.connect(url).close()
            urls.append(url)
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        broken()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(urls[0])
