"""Macros take arguments only, escape them, and tie words to what they explain."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, meta
from wtforms import BooleanField, Form, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
SHEETS = ROOT / "static" / "css"
COMPONENTS = sorted(f"components/{path.name}" for path in (TEMPLATES / "components").iterdir())
GLOBALS = {"_", "ngettext", "namespace", "range"}  # the translator's and Jinja's own
STAGES = [SelectChoice("1", "Applied"), SelectChoice("2", "Offer")]
RESULTS = [SelectChoice("reached", "Reached"), SelectChoice("voicemail", "Voicemail")]


def environment() -> Any:
    """Templates as the application renders them, with the little that stands around them."""
    env: Any = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(
        lambda message: message, lambda one, many, n: one if n == 1 else many, newstyle=True
    )
    return env


def call(component: str, expression: str, **given: Any) -> str:
    """What one macro of a component file writes."""
    name = expression.partition("(")[0]
    source = f'{{% from "components/{component}" import {name} %}}{{{{ {expression} }}}}'
    return environment().from_string(source).render(**given)


def test_every_style_sheet_is_linked_and_belongs_to_a_layer():
    sheets = {path.stem for path in SHEETS.glob("*.css")}
    linked: set[str] = set()
    for of_whom in ("draws=true", "is_letter=true"):
        page = call(
            "head.html", f"head(url_for, '', {of_whom})", url_for=lambda _, filename: filename
        )
        assert page.index("css/tokens.css") < page.index("css/base.css")
        linked |= set(re.findall(r'href="css/(\w+)\.css"', page))
    assert linked == sheets
    for sheet in sheets:
        css = re.sub(
            r"/\*.*?\*/", "", (SHEETS / f"{sheet}.css").read_text("utf-8"), flags=re.DOTALL
        )
        rules = re.sub(r"@font-face\s*{[^}]*}", "", css).strip()  # a typeface belongs to none
        assert not rules or rules.startswith("@layer"), sheet


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_needs_nothing_but_its_arguments(component):
    env = environment()
    source = (TEMPLATES / component).read_text(encoding="utf-8")
    own = set(re.findall(r"{%-? *set (\w+)", source))
    assert meta.find_undeclared_variables(env.parse(source)) - own <= GLOBALS
    assert not str(env.get_template(component).module).strip()
    macros = re.findall(r"{% macro (\w+)\(", source)
    assert macros
    for name in macros:
        assert re.search(rf"{{#- {name}\(", source), f"{component}: nothing says what {name} is"


def test_a_wrong_field_is_tied_to_its_words():
    html = call("forms.html", "text('Day', 'day', hint='From today on.', error='Too early.')")
    assert 'aria-describedby="day-hint day-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="day-hint"' in html
    assert 'id="day-error"' in html
    assert '<label for="day">' in html


def test_the_error_summary_leads_to_each_field():
    html = call("forms.html", "error_summary([('day', 'Too early.'), (none, 'Try <again>.')])")
    assert '<a href="#day">Too early.</a>' in html
    assert "Try &lt;again&gt;." in html
    assert 'role="alert"' in html


def test_a_form_without_errors_has_no_summary():
    assert not call("forms.html", "error_summary([])").strip()


def test_a_password_is_never_written_back():
    assert "secret" not in call("forms.html", "text('Password', 'p', 'secret', type='password')")


class Sample(Form):
    stage = SelectField("Stage", [InputRequired()], choices=STAGES)
    result = RadioField("Result", choices=RESULTS)
    days = IntegerField("Days", description="Working days.")
    note = TextAreaField("Note")
    sure = BooleanField("I am sure", [InputRequired()])


def test_the_fields_of_a_form_are_drawn_after_their_widgets():
    form = Sample(data={"stage": "2", "result": "voicemail", "days": 3, "note": "<b>"})
    drawn = {field.name: call("fields.html", "form_field(field)", field=field) for field in form}

    assert '<option value="2" selected>Offer</option>' in drawn["stage"]
    assert re.search(r'type="radio"[^>]+value="voicemail" checked', drawn["result"])
    assert 'type="number"' in drawn["days"]
    assert 'value="3"' in drawn["days"]
    assert "Working days." in drawn["days"]
    assert "&lt;b&gt;</textarea>" in drawn["note"]
    assert 'type="checkbox"' in drawn["sure"]
    assert " required" in drawn["sure"]


def test_the_summary_of_a_form_names_its_faults_in_order():
    form = Sample()
    form.validate()
    form.form_errors.append("Somebody was faster.")
    html = call("fields.html", "form_errors(form)", form=form)
    assert html.index("Somebody was faster.") < html.index("#stage") < html.index("#sure")


def test_a_card_says_in_words_what_its_ink_shows():
    html = call(
        "cards.html",
        "card(7, 'Oliver <Brandt>', '/a/7', 19, 'quiet for 13 days', none, 5, false, 0.03, '3 %')",
    )
    assert 'class="card ink-5"' in html
    assert 'data-card="7"' in html
    assert "Oliver &lt;Brandt&gt;" in html
    assert "quiet for 13 days" in html
    assert 'aria-label="3 %"' in html
    assert 'width="3.0%"' in html


def test_the_move_form_keeps_to_what_the_script_expects():
    html = call("cards.html", "move_form(7, '/a/7/move', 't', [(1, 'Applied'), (2, 'Offer')], 2)")
    assert re.search(r'<form method="post" action="/a/7/move" data-move>', html)
    assert 'name="stage"' in html
    assert '<option value="2" selected>' in html
    assert 'name="csrf_token" value="t"' in html


def test_a_small_group_is_hidden_in_words():
    rows = [
        {"label": "Offer", "left": {"hushed": "fewer than 10"}, "right": {"hushed": "fewer"}},
        {
            "label": "Applied",
            "left": {"share": 0.25, "low": 0.1, "high": 0.5, "count": "5 of 20"},
            "right": {"share": 0.0, "low": 0.0, "high": 0.2, "count": "0 of 15"},
        },
    ]
    html = call("charts.html", "mirror_chart('m', 't', 'd', rows, 'they', 'we')", rows=rows)
    assert re.search(r"<foreignObject [^>]*><p [^>]*>fewer than 10</p>", html)  # text that wraps
    assert html.count("<rect") == 2
    assert 'role="img"' in html
    assert '<title id="m-title">t</title>' in html


def test_a_bar_is_as_long_as_its_share_of_the_widest_interval():
    side = {"share": 0.25, "low": 0.1, "high": 0.5, "count": "5 of 20"}
    html = call("charts.html", "mirror_side(side, 0.5, true)", side=side)
    assert 'x="32.50%" y="25" width="17.50%"' in html
    assert ">25%<" in html


def test_the_rate_of_a_group_stands_under_its_count_and_not_where_the_interval_ends():
    row = {"label": "Agency", "count": "2 of 67", "share": 0.03, "low": 0.01, "high": 0.1}
    html = call("charts.html", "dot_chart('d', 't', 'd', rows)", rows=[row])
    assert re.search(r'<text x="100%" y="17" text-anchor="end">2 of 67<', html)
    assert re.search(r'<text class="value" x="100%" y="37.5" text-anchor="end">3%<', html)


def test_rare_is_not_called_never():
    assert call("charts.html", "pct(0.001)") == "less than 1%"
    assert call("charts.html", "pct(0)") == "0%"
    assert call("charts.html", "pct(1)") == "100%"


def test_a_hidden_month_is_named_below_the_chart():
    points = [
        {"label": "Jan", "share": None},
        {"label": "Apr", "share": None, "empty": True},
        {"label": "Feb", "share": 0.1, "low": 0.05, "high": 0.2},
        {"label": "Mar", "share": 0.3, "low": 0.2, "high": 0.4},
    ]
    html = call("curves.html", "month_chart('c', 't', 'd', points, (0.05, 0.15))", points=points)
    assert "Hidden to protect a small group: Jan" in html
    assert "Apr" not in html.partition("Hidden")[2]  # nobody there is not hidden
    assert html.count("<circle") == 2
    assert html.count("dot--loud") == 1


def test_a_reply_curve_without_a_point_or_bounds_can_be_drawn():
    steps = [{"day": 0, "share": 1}, {"day": 3, "share": 0.4, "low": None, "high": None}]
    html = call("curves.html", "curve_chart('c', 't', 'd', steps, 10)", steps=steps)
    assert "band" not in html
    assert "<circle" not in html
    assert html.count('class="line"') == 3


def test_charts_of_nothing_do_not_break():
    assert "<svg" in call("charts.html", "mirror_chart('m', 't', 'd', [], 'a', 'b')")
    assert "<svg" in call("charts.html", "dot_chart('m', 't', 'd', [])")
    assert "<svg" in call("curves.html", "month_chart('m', 't', 'd', [])")
    assert "<svg" in call("curves.html", "curve_chart('m', 't', 'd', [], 10)")


@pytest.mark.parametrize("page", ["public.html", "error.html"])
def test_a_candidates_page_shows_nothing_of_the_staff(page):
    env = environment()
    env.globals["url_for"] = lambda endpoint, **values: values.get("filename", endpoint)
    html = env.get_template(page).render(navigation=[{"label": "Desk", "url": "/desk"}])
    assert "Desk" not in html
    assert "csrf" not in html
    assert "<form" not in html
    assert '<html lang="en">' in html
    assert html.count("<main") == 1
