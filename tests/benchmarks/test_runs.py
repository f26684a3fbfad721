"""Methods in processes of their own, and the table they fill."""

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.partition.__main__ import main, numbers
from benchmarks.partition.child import read_graph, write_graph
from benchmarks.partition.instances import group, read_instance
from benchmarks.partition.job import Answer, Job
from benchmarks.partition.methods import METHODS, Method
from benchmarks.partition.runs import run
from benchmarks.partition.scores import score
from benchmarks.partition.table import COLUMNS, HEADER, Row, line, summary
from tests.benchmarks.test_scores import lattice

JOB = Job(300, 600, 450, 7)


def test_engine_runs_in_a_process_and_says_what_it_took(tmp_path: Path) -> None:
    write_graph(lattice().graph, tmp_path / "graph.npz")
    done = run(METHODS["gridplan"], tmp_path, JOB, limit_s=120)
    assert done.failure == ""
    assert done.answer is not None
    assert done.answer.cold_seconds is not None
    assert done.answer.seconds > 0
    assert done.peak_mb is not None
    assert 10 < done.peak_mb < 2000
    assert score(lattice().graph, done.answer.zone, low=JOB.low, high=JOB.high).valid == 1.0


def test_missing_package_failure_and_limit_are_said(tmp_path: Path) -> None:
    write_graph(lattice().graph, tmp_path / "graph.npz")
    missing = run(Method("none", "no_such_module"), tmp_path, JOB, limit_s=60)
    assert missing.failure == "not installed (benchmarks.partition.methods.no_such_module)"
    broken = run(Method("broken", "engine", "no_such_function"), tmp_path, JOB, limit_s=60)
    assert broken.failure.startswith("failed: AttributeError")
    late = run(METHODS["gridplan"], tmp_path, JOB, limit_s=0.001)
    assert late.failure == "none in 0.002 s"
    assert late.answer is None


def test_graph_comes_back_as_it_was_written(tmp_path: Path) -> None:
    graph = lattice().graph
    write_graph(graph, tmp_path / "graph.npz")
    again = read_graph(tmp_path / "graph.npz")
    for name in ("households", "compound", "area", "polar", "i", "j", "length", "kind", "street"):
        assert np.array_equal(getattr(again, name), getattr(graph, name))


def test_names_stand_for_instances() -> None:
    assert group("s5k") == ["s5k"]
    assert group("city:800:3") == ["city:800:3"]
    assert group("city:800:9-11") == ["city:800:9", "city:800:10", "city:800:11"]
    with pytest.raises(ValueError, match="no instance s5m; there are s500"):
        group("s5m")
    assert numbers("1,2,5-7") == [1, 2, 5, 6, 7]


def row(zone: list[int], seconds: float) -> Row:
    labels = np.array(zone)
    scores = score(lattice().graph, labels, low=300, high=500)
    return Row("lattice", 6, "by hand", Answer(labels, seconds, seconds), peak_mb=50.0, scores=scores)


def test_rows_fit_the_header_and_summaries_take_mean_and_worst() -> None:
    good, bad = row([0, 0, 1, 2, 2, 2], 1.0), row([0, 1, 2, 1, 0, 2], 3.0)
    failed = Row("lattice", 6, "by hand", failure="none in 120 s")
    lines = [line(good), line(failed), *summary([good, bad, failed], "two")]
    width = HEADER.splitlines()[0].count("|")
    assert [text.count("|") for text in lines] == [width] * 4
    assert lines[1].startswith("| lattice | 6 | by hand | none in 120 s |")
    titles = [column.title for column in COLUMNS]
    mean, worst = ([cell.strip() for cell in text.split("|")[4:-1]] for text in lines[2:])
    assert lines[2].startswith("| two: mean of 2, 1 without an answer |")
    assert (mean[titles.index("s")], worst[titles.index("s")]) == ("2.00", "3.00")
    assert (mean[titles.index("fit split")], worst[titles.index("fit split")]) == ("0.500", "1.000")
    assert (mean[titles.index("valid")], worst[titles.index("valid")]) == ("0.500", "0.000")
    assert worst[titles.index("zones")] == ""


def test_command_prints_a_row_a_method_and_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "table.md"
    status = main(["city:300:5", "--methods", "gridplan,metis", "--out", str(out), "--cache", str(tmp_path / "cache")])
    text = capsys.readouterr().out
    assert status == 0
    assert out.read_text() == text
    assert len(re.findall(r"^\| city:300:5 \|", text, re.MULTILINE)) == 2
    assert re.search(r"^\| city:300:5 \| [\d,]+ \| gridplan \| [\d.]+ \|", text, re.MULTILINE)
    made, kept = read_instance("city:300:5"), read_instance("city:300:5", cache=tmp_path / "cache")
    assert np.array_equal(made.graph.households, kept.graph.households)
    assert np.array_equal(made.graph.length, kept.graph.length)
