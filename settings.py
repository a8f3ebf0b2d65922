"""Reads the environment (`EARSHOT_*`) once into one frozen dataclass; docs/settings.md lists it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any


class SettingsError(Exception):
    """A setting cannot be understood. The message names it and says what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each field is read from `EARSHOT_<FIELD>`; an empty value means the default."""

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = Path("data")
    store: Path | None = None
    media: Path | None = None
    owner_name: str = ""
    owner_password: str = field(default="", repr=False)
    service_window_hours: float = 24.0
    tls_cert: Path | None = None
    tls_key: Path | None = None
    company: str = "Earshot"
    accent: str = ""
    chat_embed: str = ""
    bit_rate: int = 32_000
    max_take_mb: int = 64
    draft_days: float = 30.0
    log_level: str = "INFO"

    def __post_init__(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise SettingsError("EARSHOT_TLS_CERT and EARSHOT_TLS_KEY belong together: set both.")
        if bool(self.owner_name) != bool(self.owner_password):
            raise SettingsError(
                "EARSHOT_OWNER_NAME and EARSHOT_OWNER_PASSWORD belong together: set both."
            )
        _require(0 <= self.port <= 65535, "EARSHOT_PORT", "a port between 0 and 65535")
        _require(self.service_window_hours > 0, "EARSHOT_SERVICE_WINDOW_HOURS", "hours above 0")
        _require(
            6_000 <= self.bit_rate <= 256_000,
            "EARSHOT_BIT_RATE",
            "bits per second between 6000 and 256000; 24000 to 32000 is right for speech",
        )
        _require(1 <= self.max_take_mb <= 2000, "EARSHOT_MAX_TAKE_MB", "megabytes from 1 to 2000")
        _require(self.draft_days > 0, "EARSHOT_DRAFT_DAYS", "days above 0")
        _require(
            not self.accent or bool(re.fullmatch(r"#[0-9A-Fa-f]{6}", self.accent)),
            "EARSHOT_ACCENT",
            "a colour such as #0B6B5D",
        )
        _require(
            all(re.fullmatch(r"https?://[\w.:*-]+", origin) for origin in self.chat_origins),
            "EARSHOT_CHAT_EMBED",
            "origins such as https://www.example.com, separated by spaces",
        )
        _require(
            self.log_level in {"DEBUG", "INFO", "WARNING", "ERROR"},
            "EARSHOT_LOG_LEVEL",
            "DEBUG, INFO, WARNING or ERROR",
        )

    @property
    def store_folder(self) -> Path:
        return self.store or self.data / "store"

    @property
    def media_folder(self) -> Path:
        return self.media or self.data / "media"

    @property
    def service_window(self) -> timedelta:
        return timedelta(hours=self.service_window_hours)

    @property
    def chat_origins(self) -> tuple[str, ...]:
        """Origins whose pages may show the contact's page in an iframe."""
        return tuple(self.chat_embed.split())

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def url(self) -> str:
        """Where people on this machine find it."""
        host = "localhost" if self.is_loopback else self.host
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises `SettingsError`, also for an `EARSHOT_*` name that does not exist."""
    names = {f"EARSHOT_{each.name.upper()}": each for each in fields(Settings)}
    unknown = sorted(
        name
        for name in environ
        if name.startswith("EARSHOT_")
        and not name.startswith(("EARSHOT_E2E_", "EARSHOT_TEST_"))  # for those who test it
        and name not in names
    )
    if unknown:
        raise SettingsError(f"There is no setting {unknown[0]}; docs/settings.md lists them all.")
    given: dict[str, Any] = {}
    for name, each in names.items():
        text = environ.get(name, "").strip()
        if text:
            given[each.name] = _convert(name, str(each.type), text)
    return Settings(**given)


def _convert(name: str, kind: str, text: str) -> object:
    converters: dict[str, Callable[[str], object]] = {"int": int, "float": float, "str": str}
    try:
        return converters.get(kind, Path)(text)
    except ValueError:
        raise SettingsError(f"{name} takes a number, not {text!r}.") from None


def _require(holds: bool, name: str, takes: str) -> None:
    if not holds:
        raise SettingsError(f"{name} takes {takes}.")
