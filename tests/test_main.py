"""Earshot as a process: it starts, answers, refuses, stops and is backed up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings, SettingsError, read_settings
from tests.e2e.server import ROOT, Earshot


@pytest.fixture
def earshot(tmp_path: Path) -> Iterator[Earshot]:
    server = Earshot(data=tmp_path / "data", settings={})
    server.start()
    yield server
    assert server.process is not None
    if server.process.poll() is None:
        server.kill()
    assert server.errors() == []


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python main.py …` to its end."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("EARSHOT_", "PYTEST"))}
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status, answer.read().decode()


def test_it_is_up_and_can_write(earshot: Earshot) -> None:
    assert get(f"{earshot.url}/healthz") == (200, "ok")
    assert get(f"{earshot.url}/readyz") == (200, "ready")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(earshot: Earshot, number: signal.Signals) -> None:
    assert earshot.process is not None
    earshot.process.send_signal(number)
    assert earshot.process.wait(timeout=5) == 0


def test_a_second_process_on_the_same_data_is_refused(earshot: Earshot) -> None:
    second = run(EARSHOT_DATA=str(earshot.data), EARSHOT_PORT="0")
    assert second.returncode == 2
    assert str(earshot.data) in second.stderr
    assert "Traceback" not in second.stderr
    assert get(f"{earshot.url}/readyz") == (200, "ready")


def test_a_backup_while_it_runs_is_a_folder_to_start_with(earshot: Earshot, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    made = run("backup", str(copy), EARSHOT_DATA=str(earshot.data))
    assert made.returncode == 0, made.stderr
    restored = Earshot(data=copy, settings={"EARSHOT_OWNER_NAME": "", "EARSHOT_OWNER_PASSWORD": ""})
    restored.start()
    # The owner's account is there: this is a sign-in form and not the first visit's.
    assert 'action="/auth/login"' in get(f"{restored.url}/login")[1]
    assert restored.stop() == 0
    again = run("backup", str(copy), EARSHOT_DATA=str(earshot.data))
    assert again.returncode == 2
    assert str(copy) in again.stderr


def test_bound_elsewhere_it_prints_a_link_for_the_owner(tmp_path: Path) -> None:
    server = Earshot(
        data=tmp_path / "data",
        settings={
            "EARSHOT_HOST": "0.0.0.0",
            "EARSHOT_OWNER_NAME": "",
            "EARSHOT_OWNER_PASSWORD": "",
        },
    )
    server.start()
    assert server.stop() == 0
    assert f":{server.port}/login?token=" in server.log.read_text()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("EARSHOT_PORT", "eighty", "takes a number"),
        ("EARSHOT_PORT", "80000", "between 0 and 65535"),
        ("EARSHOT_SERVICE_WINDOW_HOURS", "-1", "above 0"),
        ("EARSHOT_TLS_CERT", "cert.pem", "belong together"),
        ("EARSHOT_OWNER_NAME", "Ana", "belong together"),
        ("EARSHOT_ACCENT", "red;}", "a colour"),
        ("EARSHOT_CHAT_EMBED", "example.com", "origins"),
        ("EARSHOT_PROT", "8080", "no setting EARSHOT_PROT"),
    ],
)
def test_a_wrong_setting_gets_a_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence) as refusal:
        read_settings({name: value})
    assert name in str(refusal.value)


def test_settings_have_defaults_and_empty_means_default() -> None:
    assert read_settings({}) == read_settings({"EARSHOT_PORT": ""}) == Settings()
    assert Settings().url == "http://localhost:8080"


def test_a_wrong_setting_ends_the_program_without_a_traceback() -> None:
    ended = run(EARSHOT_PORT="eighty")
    assert ended.returncode == 2
    assert ended.stderr == "Earshot: EARSHOT_PORT takes a number, not 'eighty'.\n"
