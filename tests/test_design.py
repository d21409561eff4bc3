"""The look holds: readable ink, one place for it, nothing inline, a short script, known fonts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from math import cos, radians, sin
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
SCHEMES = ("light", "dark")
GROUNDS = ("--paper", "--leaf", "--shade", "--ours-wash")
INKS = ("--ink", "--ink-2", "--ink-3", "--ours", "--ours-2")
STEPS = range(1, 6)

Colour = tuple[float, float, float]


def declarations(name: str) -> dict[str, str]:
    """The custom properties that a style sheet sets first, outside any media query."""
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "css" / name).read_text(encoding="utf-8"), flags=re.S)
    found: dict[str, str] = {}
    for key, value in re.findall(r"(--[\w-]+):\s*([^;]+);", css.partition("@media")[0]):
        found.setdefault(key, value.strip())
    return found


TOKENS = declarations("tokens.css") | declarations("ink.css")


def colour(name: str, scheme: str) -> Colour:
    """The linear red, green and blue of a token in one scheme; see Ottosson (2020), Oklab."""
    value = TOKENS[name]
    if alias := re.fullmatch(r"var\((--[\w-]+)\)", value):
        return colour(alias[1], scheme)
    pair = re.fullmatch(r"light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)", value)
    assert pair, f"{name} is no pair of colours: {value}"
    light, chroma, hue = re.findall(r"[\d.]+", pair[1 + SCHEMES.index(scheme)])
    lightness = float(light) / 100
    a = float(chroma) * cos(radians(float(hue)))
    b = float(chroma) * sin(radians(float(hue)))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return red, green, blue


def contrast(one: str, other: str, scheme: str) -> float:
    """The contrast of two tokens as WCAG 2.2 defines it, 1 to 21."""
    luminances = []
    for name in (one, other):
        red, green, blue = (min(1.0, max(0.0, part)) for part in colour(name, scheme))
        luminances.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_every_ink_can_be_read_on_every_ground(ink, ground, scheme):
    assert contrast(ink, ground, scheme) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("step", STEPS)
def test_a_fading_name_can_still_be_read(step, scheme):
    for ground in ("--paper", "--leaf"):
        assert contrast(f"--i{step}-name", ground, scheme) >= 4.5
        assert contrast(f"--i{step}-edge", ground, scheme) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_lines_that_mean_something_can_be_seen(scheme):
    for ground in ("--paper", "--leaf", "--shade"):
        assert contrast("--edge", ground, scheme) >= 3
        assert contrast("--focus", ground, scheme) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_filled_button_can_be_read(scheme):
    for fill in ("--ink", "--ink-2", "--ours"):
        assert contrast("--paper", fill, scheme) >= 4.5


def test_contrast_is_computed_as_wcag_defines_it(monkeypatch):
    monkeypatch.setitem(TOKENS, "--black", "light-dark(oklch(0% 0 0), oklch(0% 0 0))")
    monkeypatch.setitem(TOKENS, "--white", "light-dark(oklch(100% 0 0), oklch(100% 0 0))")
    monkeypatch.setitem(TOKENS, "--grey", "light-dark(oklch(56.66% 0 0), oklch(56.66% 0 0))")

    assert contrast("--black", "--white", "light") == pytest.approx(21, abs=0.001)
    assert contrast("--grey", "--white", "dark") == pytest.approx(4.54, abs=0.03)  # #757575


def test_each_step_is_lighter_than_the_one_before():
    weights = [float(TOKENS[f"--i{step}-weight"]) for step in STEPS]
    widths = [float(TOKENS[f"--i{step}-width"].removesuffix("px")) for step in STEPS]
    for scheme in SCHEMES:
        names = [contrast(f"--i{step}-name", "--paper", scheme) for step in STEPS]
        assert names == sorted(names, reverse=True)
    assert weights == sorted(set(weights), reverse=True)
    assert widths == sorted(widths, reverse=True)


def test_the_steps_of_ink_are_told_in_one_place():
    saying = [
        path.name
        for path in (STATIC / "css").glob("*.css")
        if re.search(r"--i[1-5]-|\.ink-[1-5]", path.read_text(encoding="utf-8"))
    ]
    assert saying == ["ink.css"]


def test_fading_stops_where_more_contrast_is_asked_for():
    css = (STATIC / "css" / "ink.css").read_text(encoding="utf-8")
    _, _, more = css.partition("@media (prefers-contrast: more)")
    assert all(f".ink-{step}" in more for step in STEPS)
    assert "--name: var(--ink)" in more
    assert "--line: solid" in more


def test_nothing_moves_for_those_who_asked_for_stillness():
    css = (STATIC / "css" / "base.css").read_text(encoding="utf-8")
    assert "@media (prefers-reduced-motion: reduce)" in css


def test_style_sheets_load_nothing_from_elsewhere():
    for path in (STATIC / "css").glob("*.css"):
        for address in re.findall(r'url\("?([^)"]+)"?\)', path.read_text(encoding="utf-8")):
            assert (path.parent / address).is_file(), f"{path.name}: {address}"


@pytest.mark.parametrize("page", PAGES)
def test_no_template_carries_style_script_or_unescaped_text(page):
    source = (TEMPLATES / page).read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style\b", source)
    assert not re.search(r"<[a-zA-Z][^>]*\son[a-z]+\s*=", source)
    assert not re.search(r"\|\s*safe\b|\bMarkup\b|autoescape", source)
    assert not re.search(r"javascript:", source, re.IGNORECASE)
    for script, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", source, re.DOTALL):
        assert "src=" in script
        assert not body.strip()


@pytest.mark.parametrize("name", ["app.js", "fresh.js", "items.js", "pause.js", "ticks.js"])
def test_the_scripts_stay_short_and_ask_no_questions_in_boxes(name):
    script = (STATIC / name).read_text(encoding="utf-8")
    assert len(script.splitlines()) < 100
    assert not re.search(r"\b(alert|confirm|prompt|eval)\s*\(|innerHTML|\.style\b", script)


def test_the_fonts_are_those_that_were_recorded():
    packages = json.loads((STATIC / "vendor.lock.json").read_text(encoding="utf-8"))["packages"]
    recorded = {
        file: digest
        for package in packages
        for file, digest in (package["files"] | package["cut"]).items()
    }
    present = {path.relative_to(STATIC).as_posix() for path in (STATIC / "fonts").iterdir()}
    assert present == set(recorded)
    for file, digest in recorded.items():
        content = (STATIC / file).read_bytes()
        assert "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode() == digest
    for package in packages:
        assert any(file.endswith("OFL.txt") for file in package["files"])


def test_the_small_fonts_are_asked_for_what_they_were_cut_to():
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    letters = re.search(r"^LETTERS := (.*?)\n(?=\w)", made, re.DOTALL | re.MULTILINE)
    assert letters is not None
    cut = set(re.findall(r"U\+[0-9A-F-]+", letters[1]))
    css = (STATIC / "css" / "faces.css").read_text(encoding="utf-8")
    ranges = re.findall(r"unicode-range: ([^;]+);", css)
    assert len(ranges) == 2
    for one in ranges:
        assert set(re.findall(r"U\+[0-9A-F-]+", one)) == cut
