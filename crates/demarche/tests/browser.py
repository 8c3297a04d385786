"""Drives the workbench in a browser, as a person would, and fails at the first thing that is not as it should be.

browser.py ADDRESS CASE FOLDER GOLDEN: the start address with its token, the name of the case in addresses, a folder for
screenshots, and the folder of those that are right. Prints one line for each step with its time. With UPDATE_EXPECT set,
the screenshots of this run become those that are right.
"""

import os
import pathlib
import re
import sys
import time

from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

PAGES = ["", "timeline", "evidence", "attribution", "code", "networks", "exposure", "options", "notes", "limits", "log"]

# Pages whose pictures change with the clock or the machine.
MOVING = ["log", "limits"]
# A picture is kept a quarter as wide and high, in grey: fonts and edges differ between machines, and layout does not.
REDUCED = 4
# The difference of two greys of 256 that counts, and the share of the points that may differ so. A moved or missing part
# changes more, other figures in a sentence change less.
SHADE, SHARE = 64, 0.04

address, case, folder, golden = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
origin = re.match(r"http://[^/]+", address).group(0)
folder.mkdir(parents=True, exist_ok=True)
faults = []


def step(name, began):
    print(f"{name}: {(time.monotonic() - began) * 1000:.0f} ms", flush=True)


def open_page(page, path):
    began = time.monotonic()
    page.goto(f"{origin}/{case}/{path}")
    page.wait_for_selector("main h1")
    took = (time.monotonic() - began) * 1000
    # An assessment under way is shown with how far it is.
    page.wait_for_selector("[data-again]", state="detached", timeout=120_000)
    return took


def check(what, holds):
    if not holds:
        faults.append(what)


def picture(page, name):
    """Takes a screenshot, and compares it with the one that is right."""
    taken = folder / f"{name}.png"
    page.screenshot(path=taken, full_page=False)
    if name.split("-390")[0] in MOVING:
        return
    seen = Image.open(taken).convert("L")
    seen = seen.resize((seen.width // REDUCED, seen.height // REDUCED), Image.Resampling.BOX)
    right = golden / f"{name}.png"
    if os.environ.get("UPDATE_EXPECT"):
        golden.mkdir(parents=True, exist_ok=True)
        seen.quantize(16).save(right, optimize=True)
        return
    kept = Image.open(right).convert("L")
    if kept.size != seen.size:
        faults.append(f"{name}: the picture is {seen.size}, not {kept.size}")
        return
    apart = ImageChops.difference(kept, seen).point(lambda shade: 255 if shade > SHADE else 0)
    share = apart.histogram()[255] / (apart.width * apart.height)
    print(f"picture {name}: {share:.2%} of the points differ")
    if share > SHARE:
        apart.save(folder / f"{name}-apart.png")
        faults.append(f"{name}: {share:.1%} of the points differ from {right}; look at {taken}, and set UPDATE_EXPECT if it is right")


def accessible(page, name):
    found = Axe().run(page).response["violations"]
    for fault in found:
        if fault["impact"] in ("serious", "critical"):
            places = ", ".join(str(node["target"]) for node in fault["nodes"][:3])
            faults.append(f"{name}: {fault['id']} ({fault['impact']}) at {places}")


with sync_playwright() as browsers:
    browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.on("console", lambda message: message.type == "error" and faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("request", lambda request: request.url.startswith((origin, "data:")) or faults.append(f"request to {request.url}"))

    began = time.monotonic()
    page.goto(address)
    page.wait_for_selector("main h1")
    step("first page", began)
    check("the token stays in the address", "token" not in page.url)

    for path in PAGES:
        open_page(page, path)
        name = path or "overview"
        picture(page, name)
        accessible(page, name)
    for path in PAGES:
        took = open_page(page, path)
        print(f"page {path or 'overview'}: {took:.0f} ms")

    # An item of evidence is left out, and the judgement moves.
    open_page(page, "attribution")
    page.locator("details.what-if summary").first.click()
    began = time.monotonic()
    page.locator("input[name=without]").first.check()
    page.wait_for_selector(".beside")
    step("item left out", began)
    check("an item left out gives two answers", page.locator(".beside .answer").count() == 2)
    page.screenshot(path=folder / "without-an-item.png")

    # A network on the map is cut.
    open_page(page, "networks")
    began = time.monotonic()
    page.locator(".linked a", has_text="AS4837").first.click()
    page.wait_for_selector("#effect")
    step("AS4837 refuses", began)
    check("the cut is told", "AS4837" in page.locator("#effect").inner_text())
    page.screenshot(path=folder / "cut.png")

    # Something else matters most.
    open_page(page, "options")
    page.locator("details.what-if summary").first.click()
    began = time.monotonic()
    page.locator("select[name=important]").first.select_option("cost")
    page.wait_for_selector(".what-if .answer")
    step("weighed anew", began)
    page.screenshot(path=folder / "weighed.png")

    # What was exposed is searched.
    open_page(page, "exposure")
    if page.locator("input[type=search]").count():
        began = time.monotonic()
        page.fill("input[type=search]", "budget")
        page.wait_for_selector("text=/text(s)? ha(s|ve) it/")
        step("search", began)
        page.screenshot(path=folder / "search.png")

    # The note to China goes out.
    open_page(page, "notes/CN")
    with page.expect_download() as download:
        page.click("text=DOCX")
    check("the note is a document", download.value.suggested_filename == "note-CN.docx")
    accessible(page, "note")
    page.screenshot(path=folder / "note.png")

    # Evidence is added and taken back.
    open_page(page, "evidence")
    page.click("text=Import what others found")
    page.fill("textarea[name=text]", "45.77.10.20 was seen")
    page.click("text=Show what would be added")
    page.wait_for_selector("h1:has-text('What would be added')")
    page.click("text=Add them to evidence.toml")
    page.wait_for_selector("[data-again]", state="detached", timeout=120_000)
    open_page(page, "evidence")
    check("the address is in the register", "45.77.10.20" in page.content())
    open_page(page, "log")
    page.click("text=/Take back/")
    page.wait_for_load_state()
    open_page(page, "evidence")
    check("the address is gone again", "45.77.10.20" not in page.content())

    # A telephone, the dark, and the keyboard.
    small = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark", storage_state=context.storage_state())
    page = small.new_page()
    for path in PAGES:
        open_page(page, path)
        name = path or "overview"
        picture(page, f"{name}-390-dark")
        wide = page.evaluate("document.documentElement.scrollWidth")
        check(f"{name} is {wide} px wide on a screen of 390", wide <= 391)
        accessible(page, f"{name}, dark, 390 px")
    page.goto(f"{origin}/{case}/")
    page.keyboard.press("Tab")
    check("the first stop of the keyboard leads to the content", page.evaluate("document.activeElement.className") == "skip")

    # Without scripts, every question is a form that sends.
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(f"{origin}/{case}/networks?refuse=AS4837")
    check("the cut is told without scripts", page.locator("#effect").count() == 1)
    browser.close()

for fault in faults:
    print("FAULT", fault)
sys.exit(1 if faults else 0)
