"""What is logged of queries: enough to find and mend them, nothing of what they hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from medkg.endpoint import shape as shape_module
from medkg.endpoint.logs import Answered, QueryLog, query_hash
from medkg.endpoint.shape import shape

SECRET = "SELECT ?who { ?who <https://e.org/illness> 'flu'@en ; ex:born 1971 } # of 192.0.2.7"
ANSWERED = Answered(
    text=SECRET,
    outcome="done",
    seconds=0.25,
    sent=1_234,
    generation=7,
    form="select",
    format="json",
    role="anonymous",
)
PRIVATE = ("illness", "flu", "e.org", "born", "1971", "192.0.2.7", "who")


def test_a_query_is_one_line_without_its_text(told: list[dict[str, Any]]) -> None:
    QueryLog(5.0).add(ANSWERED)
    (line,) = told
    assert line == {
        "event": "query",
        "log_level": "info",
        "query": query_hash(SECRET),
        "outcome": "done",
        "seconds": 0.25,
        "bytes": 1_234,
        "generation": 7,
        "form": "select",
        "format": "json",
        "role": "anonymous",
        "cached": False,
    }


def test_a_slow_query_is_told_again_with_its_shape(told: list[dict[str, Any]]) -> None:
    log = QueryLog(5.0)
    log.add(replace(ANSWERED, seconds=4.99))
    log.add(replace(ANSWERED, seconds=5.0, outcome="limit", limit="seconds"))
    assert [line["event"] for line in told] == ["query", "query", "slow-query"]
    assert told[2]["shape"] == 'SELECT ?1 { ?1 <> "" @ ; <> 0 }'
    assert (told[2]["limit"], told[2]["query"]) == ("seconds", told[0]["query"])
    assert not [word for word in PRIVATE if word in json.dumps(told)]


def test_lines_of_a_process_are_json_in_utc_on_standard_error() -> None:
    code = (
        "from medkg.endpoint.logs import *; from medkg.store.log import log; log_in_lines(); "
        "from medkg.access.caller import refuse; from medkg.errors import AccessRefused\n"
        "try: refuse('expired', '0011223344')\n"
        "except AccessRefused: log('x').exception('failed')\n"
        "QueryLog(1).add(Answered(text='ASK {}', outcome='done', seconds=2, sent=1, generation=1, form='ask', "
        "format='json', role='reader'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["token-refused", "failed", "query", "slow-query"]
    assert (lines[0]["reason"], lines[0]["token"], lines[0]["level"]) == ("expired", "0011223344", "warning")
    assert "AccessRefused" in lines[1]["exception"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["timestamp"]) for line in lines)


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("select * where { ?s a mk:Project }", "SELECT * WHERE { ?1 A <> }"),
        ("ASK { ?b ?a ?b FILTER(?a<3 && $a != .5e-3) }", "ASK { ?1 ?2 ?1 FILTER ( ?2 < 0 && ?2 != 0 ) }"),
        ("ASK { ?s <p> '''it's \\''' # no\n''' }", 'ASK { ?1 <> "" }'),
        ('ASK { ?s <p> "never ended', 'ASK { ?1 <> ""'),
        ("ASK { _:john :knows _:mary }", "ASK { _: <> _: }"),
        ("PREFIX secret: <http://s/> ASK { secret:a secret:b\\,c ex:%C3 }", "PREFIX <> <> ASK { <> <> <> }"),
        ("ASK { ?s \\u003chttp://hidden\\u003e 1 }", "ASK { ?1 <> 0 }"),
        ("my password is 12", "~ ~ ~ 0"),
        ("ASK { ?s ^<p>/(<q>|!<r>)* ?o }", "ASK { ?1 ^ <> / ( <> | ! <> ) * ?2 }"),
        (
            "SELECT (GROUP_CONCAT(?x; separator=', ') AS ?y) {}",
            'SELECT ( GROUP_CONCAT ( ?1 ; SEPARATOR = "" ) AS ?2 ) { }',
        ),
    ],
)
def test_the_shape_of_a_query(text: str, blanked: str) -> None:
    assert shape(text) == blanked


@given(some.text(alphabet=some.sampled_from("aZé\"'<>#?$@:_\\\n {}.09^u") | some.characters(), max_size=200))
def test_whatever_is_asked_only_words_of_sparql_are_left(text: str) -> None:
    allowed = re.compile(r'""|@|<>|0|_:|~|\?\d+|\^\^|&&|\|\||[!<>]=|[{}()\[\].,;*/+\-=<>!|^?]')
    for part in shape(text).split(" "):
        assert part == "" or part in shape_module._WORDS or allowed.fullmatch(part), part


def test_a_long_query_is_cut_and_read_in_time_of_its_length() -> None:
    assert len(shape("?s ?p 'x' . " * 200_000)) <= 2_002
    assert shape("?s ?p 'x' . " * 200_000).endswith(" …")
    for text in ('"' * 2_000_000, "'''" * 700_000, "<" * 2_000_000, "\\" * 2_000_000, "0." * 1_000_000):
        shape(text)  # a reading that goes back over what it has read would take hours


def test_the_same_query_has_the_same_name() -> None:
    assert query_hash("ASK {}") == query_hash("ASK {}") != query_hash("ASK { }")
    assert re.fullmatch(r"[0-9a-f]{16}", query_hash("\ud800 ASK"))
