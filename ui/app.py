"""Puts the web application together: routes first, then NiceGUI, the gate outermost."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse
from nicegui import ui
from starlette.middleware.gzip import GZipMiddleware

from inbox.errors import StoreError
from ui import contact_page, inbox_page
from ui.gate import Gate
from ui.house import House
from ui.login_page import login_router
from ui.media import media_router
from ui.page_headers import PageHeaders
from ui.uploads import add_error_answers, uploads_router

THEME = Path(__file__).parent / "theme.css"
# How long the server keeps a page whose connection dropped; after it the page reloads itself.
RECONNECT_SECONDS = 60


def build(house: House) -> FastAPI:
    """The whole application, ready for uvicorn."""
    api = routes(house)
    inbox_page.add_pages(house)
    contact_page.add_pages(house)
    ui.run_with(
        api,
        title="Earshot",
        language="en-US",
        dark=None,
        tailwind=False,
        reconnect_timeout=RECONNECT_SECONDS,
        binding_refresh_interval=None,
        gzip_middleware_factory=None,
        show_welcome_message=False,
    )
    return guarded(api, house)


def routes(house: House) -> FastAPI:
    """Our own HTTP routes; they come before NiceGUI, which answers everything else."""
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_error_answers(api)
    _add_health(api, house)
    _add_theme(api)
    api.include_router(login_router(house))
    for base in ("", "/chat"):
        api.include_router(uploads_router(house, base))
        api.include_router(media_router(house, base))
    return api


def guarded(api: FastAPI, house: House) -> FastAPI:
    """The same with the gate outermost."""
    api.add_middleware(PageHeaders, chat_origins=house.chat_origins)
    api.add_middleware(GZipMiddleware, minimum_size=500)
    api.add_middleware(Gate, team=house.team, contacts=house.contacts)
    return api


def _add_health(api: FastAPI, house: House) -> None:
    @api.get("/healthz")
    async def healthz() -> Response:
        """The process is up."""
        return PlainTextResponse("ok")

    @api.get("/readyz")
    async def readyz() -> Response:
        """A write went through to the disk just now."""
        try:
            await house.ready()
        except StoreError as trouble:
            return JSONResponse({"error": str(trouble), "code": type(trouble).__name__}, 503)
        return PlainTextResponse("ready")


def _add_theme(api: FastAPI) -> None:
    version = hashlib.sha256(THEME.read_bytes()).hexdigest()[:12]
    ui.add_head_html(f'<link rel="stylesheet" href="/static/theme.css?v={version}">', shared=True)

    @api.get("/static/theme.css")
    async def theme(request: Request) -> Response:
        fresh = request.query_params.get("v") == version
        keep = "public, max-age=31536000, immutable" if fresh else "no-cache"
        return FileResponse(THEME, media_type="text/css", headers={"Cache-Control": keep})
