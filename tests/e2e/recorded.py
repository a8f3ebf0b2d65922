"""What a browser recorded, apart from what the page does with it."""

from __future__ import annotations

import hashlib

from playwright.sync_api import Page

LISTEN_TO_RECORDERS = """
(() => {
  const Real = window.MediaRecorder;
  if (!Real) return;
  window.__takes = [];
  window.MediaRecorder = class MediaRecorder extends Real {
    constructor(...options) {
      super(...options);
      const chunks = [];
      window.__takes.push(chunks);
      this.addEventListener("dataavailable", event => chunks.push(event.data));
    }
  };
})()
"""
"""An init script that keeps what the browser's recorder gives out."""


def recorded_sha256(page: Page) -> str:
    """SHA-256 of the newest take exactly as the browser's MediaRecorder gave it out."""
    numbers = page.evaluate(
        "async () => [...new Uint8Array(await new Blob(window.__takes.at(-1)).arrayBuffer())]"
    )
    return hashlib.sha256(bytes(numbers)).hexdigest()
