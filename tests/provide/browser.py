"""A real Chromium for the tests, that cannot reach the network."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.provide.need import needed

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    # WebGL without a graphics card, for maps drawn by MapLibre.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium with a new profile, in which only 127.0.0.1 has an address."""
    path = needed("Chromium is not installed: apt-get install chromium fonts-noto-cjk", shutil.which("chromium"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
