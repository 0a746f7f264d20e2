"""The scorecard as text, JSON and Markdown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from harness.reports.scorecard_markdown import render_causes, render_markdown
from harness.reports.scorecard_text import COLUMNS, render_json, render_text
from harness.verdicts.run_record import ScenarioLine
from harness.verdicts.scorecard import Scorecard
from harness.verdicts.verdict import Check, Verdict
from tests.verdicts.lines import broken, call, checked, line

BASE64 = "PASSWORD_VERIFIER cannot be answered: SECRET_BLOCK is not base64"
LINES = [
    line("renews[a]"),
    checked(
        "renews[b]",
        Check("NotAuthorizedException 'No'", Verdict.NOT_REFUSED),
        calls=(call("InitiateAuth"),),
    ),
    broken("is_refused[a]", BASE64),
    broken("is_refused[b]", BASE64),
    checked(
        "signs_up",
        Check("No", Verdict.OTHER_WORDS, "A012", "X 'User exists'", "X 'It is there'"),
        area="sign_up",
    ),
    line("moves_on", "expiry", outcome="skipped", verdict=None, reason="needs a clock"),
]
TEXT = """\
A service

area       hold  other words  other code  not refused  otherwise  not asked  skipped
expiry        -            -           -            -          -          -        1
refresh       1            -           -            1          -          2        -
sign_up       -            1           -            -          -          -        -
all areas     1            1           -            1          -          2        1

Scenarios that do not hold in every variant, and in how many they hold:
    1 of 2   refresh: renews: 1 not refused
  none     refresh: could not be asked in any variant: is_refused

2 root causes of 3 failures:
     2 times: PASSWORD_VERIFIER cannot be answered: SECRET_BLOCK is not base64
              first in scenarios/test_refresh.py::test_is_refused[a]
     1 time:  InitiateAuth accepted what it must refuse: NotAuthorizedException 'No'
              in scenarios/test_refresh.py::test_renews[b]

Refused in other words, 1 time:
     1 time:  X 'It is there'
              expected X 'User exists'

Skipped:
     1 time:  needs a clock

2 checks: 1 refused in other words, 1 not refused
5 variants of scenarios: 1 hold, 1 refused in other words, 2 could not be asked, 1 not refused, \
1 skipped
"""


def test_text() -> None:
    """The text has the areas, what does not hold, the causes, the words and the sums."""
    assert render_text(Scorecard.of(LINES), "A service") == TEXT


def hopeless() -> list[ScenarioLine]:
    """Return the lines of a service on which hundreds of scenarios fail in as many ways."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [
        checked(
            f"scenario_{one}{two}_with_a_name_of_ordinary_length",
            Check(f"the answer is {one} {two}", Verdict.ANSWERED_OTHERWISE),
            Check("Y", Verdict.OTHER_WORDS, "", f"X '{one}'", f"X '{two}'"),
            area=f"area_{one}",
        )
        for one in letters
        for two in letters
    ] + [
        broken(f"unasked_{one}{two}_with_a_name_of_ordinary_length", f"{one}{two}", f"area_{one}")
        for one in letters
        for two in letters
    ]


def test_text_stays_short_for_a_service_that_fails_everywhere() -> None:
    """Hundreds of causes and scenarios are less than 200 lines, which say what is left out."""
    text = render_text(Scorecard.of(hopeless()), "A service")
    assert text.count("\n") < 200
    assert "and 1327 more causes of 1327 failures" in text
    assert "more lines; --json and --markdown have all scenarios" in text


def test_text_stays_short_with_twice_as_many_areas() -> None:
    """Each area has its line, and there are fewer lines about scenarios."""
    more = [replace(each, area=f"another_{each.area}") for each in hopeless()]
    text = render_text(Scorecard.of([*hopeless(), *more]), "A service")
    assert text.count("\n") < 200
    assert sum(row.startswith(("area_", "another_area_")) for row in text.splitlines()) == 52
    assert "more lines; --json and --markdown have all scenarios" in text


def test_text_of_a_service_on_which_all_holds() -> None:
    """Without failures there is the table and the sums alone."""
    text = render_text(Scorecard.of([line("x")]), "A service")
    assert "root cause" not in text
    assert text.endswith("0 checks: none\n1 variant of scenarios: 1 hold\n")


def test_json_has_everything() -> None:
    """The JSON has the areas with their scenarios, all causes with their ids, and the service."""
    found = json.loads(render_json(Scorecard.of(LINES), {"target": "endpoint"}))
    assert found["about"] == {"target": "endpoint"}
    assert [area["area"] for area in found["areas"]] == ["expiry", "refresh", "sign_up"]
    assert found["areas"][1]["tally"]["by_verdict"]["could not be asked"] == 2
    assert found["causes"][0]["count"] == len(found["causes"][0]["ids"]) == 2
    assert found["words"][0]["answered"] == "X 'It is there'"
    assert found["not_run"] == {"needs a clock": 1}


@pytest.mark.parametrize(
    "row",
    [
        f"| area | {' | '.join(COLUMNS)} |",
        "| refresh | 1 |  |  | 1 |  | 2 |  |",
        "| **all areas** | 1 | 1 |  | 1 |  | 2 | 1 |",
        r"| 2 | PASSWORD\_VERIFIER cannot be answered: SECRET\_BLOCK is not base64 | "
        "`test_refresh.py::test_is_refused[a]` |",
        "| refresh | The sentence of renews. | 1 |  |  | 1 |  |  |  |",
        "| 1 | X 'User exists' | X 'It is there' |",
        "- 1 time: needs a clock",
    ],
)
def test_markdown(row: str) -> None:
    """The Markdown has the areas, the causes, the words, the reasons and every scenario."""
    assert row in render_markdown(Scorecard.of(LINES), "A service").splitlines()


def test_markdown_of_the_most_frequent_causes_counts_the_others() -> None:
    """A short table ends with the number of the causes that it leaves out."""
    rows = list(render_causes(Scorecard.of(LINES), most=1))
    assert rows[-1] == "| 1 | 1 more cause |  |"


def test_markdown_escapes() -> None:
    """A bar, a tag, a link or an image in a cause is text and does not break the table."""
    card = Scorecard.of([broken("x", "a | b <b>c</b> ![d](e)")])
    text = render_markdown(card, "A <service>")
    assert r"a \| b \<b\>c\</b\> \!\[d\]\(e\)" in text
    assert r"## A \<service\>" in text


def test_foreign_texts_reach_no_terminal_and_no_markdown() -> None:
    """Control codes are spelled out, Markdown is escaped, and every form can be written."""
    evil = "\x1b[31m\n![x](y)\ud800\u202e`|"
    card = Scorecard.of(
        [
            replace(broken(evil, evil, evil), sentence=evil),
            checked("y", Check("No", Verdict.OTHER_WORDS, "", f"X {evil}", f"Y {evil}")),
            line("z", outcome="skipped", verdict=None, reason=evil),
        ]
    )
    forms = render_text(card, evil), render_markdown(card, evil), render_json(card, {"a": evil})
    for text in forms:
        text.encode()
        assert not set(text) & set("\x1b\u202e\ud800")
    assert "![" not in forms[1]
