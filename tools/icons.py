"""The app's icons as pictures, drawn from static/favicon.svg: `python -m tools.icons`.

iPhones take no SVG on the home screen, and Android cuts a maskable icon to its middle 80 %.
"""

import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).parents[1] / "static"
BRAND, INK = "#1b4d43", "#f4f3ef"
PICTURES = {
    "apple-touch-icon.png": (180, 0.62),
    "icon-192.png": (192, 0.66),
    "icon-512.png": (512, 0.66),
    "maskable-192.png": (192, 0.54),
    "maskable-512.png": (512, 0.54),
}
"""Each picture's side in pixels, and how much of it the mark takes."""
PAGE = (
    "<style>body{{margin:0;block-size:100vh;display:grid;place-items:center;background:{brand}}}"
    "svg{{inline-size:{share}vw}}</style>{mark}"
)


def main() -> None:
    """Draw them all anew."""
    mark = re.sub(r'color="[^"]*"', f'color="{INK}"', (STATIC / "favicon.svg").read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (side, share) in PICTURES.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(PAGE.format(brand=BRAND, share=share * 100, mark=mark))
            page.screenshot(path=STATIC / name)
        browser.close()


if __name__ == "__main__":
    main()
