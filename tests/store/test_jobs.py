"""Jobs end as done, failed or cancelled, and are never lost."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gridplan.errors import RuleError, StoreError
from gridplan.messages import Phrase
from gridplan.plan.model import Plan
from gridplan.store import Editor, Job, Store
from tests.samples import sample_plan

LI = Editor("token:li", "planner")
ASKED: dict[str, Any] = {"town": "龙里", "seed": 7}


def begun(store: Store, owner: str = "me") -> Job:
    """A job that ``owner`` runs."""
    store.jobs.create("plan", ASKED, LI)
    job = store.jobs.claim(owner)
    assert job is not None
    return job


def test_a_job_is_queued_run_and_done_with_its_plan(store: Store, plan: Plan) -> None:
    made = store.jobs.create("plan", ASKED, LI)
    assert (made.state, made.asked, made.who, made.role, made.progress) == ("queued", ASKED, "token:li", "planner", 0)
    job = store.jobs.claim("me")
    assert job is not None
    assert (job.id, job.state, store.jobs.claim("me")) == (made.id, "running", None)
    assert store.jobs.beat(job.id, "me", 0.5, Phrase("stage.cells"))
    told = store.jobs.get(job.id)
    assert (told.progress, told.message) == (0.5, Phrase("stage.cells"))
    store.jobs.finish(job.id, "me", plan, {"plan": plan.id, "broken": []})
    done = store.jobs.get(job.id)
    assert (done.state, done.progress, done.message, done.result) == ("done", 1, None, {"plan": plan.id, "broken": []})
    assert done.started_at is not None
    assert done.ended_at is not None
    assert done.created_at <= done.started_at <= done.ended_at
    assert store.load_plan(plan.id).equals(plan)
    line = store.log.history(plan.id)[0]
    assert (line.operation, line.who, line.revision) == ("create", "token:li", 1)
    assert line.after == {"job": job.id, "asked": ASKED}


def test_a_plan_made_again_is_the_same_one(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    store.jobs.finish(begun(store).id, "me", sample_plan(), {"plan": plan.id})
    job = begun(store)
    with pytest.raises(StoreError, match="GP402"):
        store.jobs.finish(job.id, "me", sample_plan(legal=True), {"plan": plan.id})
    assert store.jobs.get(job.id).state == "running"
    assert len(store.plans()) == 1


def test_a_plan_that_cannot_be_saved_leaves_the_job_running(store: Store, plan: Plan) -> None:
    grids = plan.grids.copy()
    grids["status"] = "fine"
    job = begun(store)
    with pytest.raises(Exception, match="GP103"):
        store.jobs.finish(job.id, "me", dataclasses.replace(plan, grids=grids), {})
    assert store.jobs.get(job.id).state == "running"
    assert store.plans() == []


def test_why_it_failed_is_told_in_both_languages(store: Store) -> None:
    job = begun(store)
    faults = (Phrase("scheme.fault.whole", {"key": "grids", "what": Phrase("scheme.fault.empty", {})}),)
    error = RuleError("GP202", where="x.toml", count=1, faults=faults)
    store.jobs.fail(job.id, "me", error)
    told = store.jobs.get(job.id)
    assert told.state == "failed"
    assert told.message == Phrase("GP202", error.facts)


def test_a_job_that_was_cancelled_saves_nothing(store: Store, plan: Plan) -> None:
    queued = store.jobs.create("plan", ASKED, LI)
    ended = store.jobs.cancel(queued.id)
    assert (ended.state, ended.message) == ("cancelled", Phrase("GP445"))
    job = begun(store)
    assert store.jobs.wanted(job.id, "me")
    assert store.jobs.cancel(job.id).state == "running"
    assert not store.jobs.wanted(job.id, "me")
    assert not store.jobs.beat(job.id, "me", 0.9, None)
    with pytest.raises(StoreError, match="GP445"):
        store.jobs.finish(job.id, "me", plan, {})
    store.jobs.fail(job.id, "me", StoreError("GP444", exit_code=-15))
    assert store.jobs.get(job.id).state == "cancelled"
    assert store.plans() == []
    with pytest.raises(StoreError, match="GP442"):
        store.jobs.cancel(job.id)
    with pytest.raises(StoreError, match="GP441"):
        store.jobs.cancel("'; DROP TABLE jobs; --")


def test_the_file_of_a_job_is_kept_until_the_job_ends(store: Store, tmp_path: Path) -> None:
    given, back = tmp_path / "given", tmp_path / "back"
    given.write_bytes(bytes(range(256)) * 10_000 + b"end")  # of several parts

    def kept(job: Job) -> bool:
        store.jobs.write_file(job.id, back)
        assert back.read_bytes() in (b"", given.read_bytes())
        return back.stat().st_size > 0

    def created() -> Job:
        return store.jobs.create("import", ASKED, LI, file=given)

    cancelled = created()
    assert kept(cancelled)
    store.jobs.cancel(cancelled.id)
    assert not kept(cancelled)
    again, failed, lost, queued = created(), created(), created(), created()
    for owner in ("me", "me", "dead"):
        assert store.jobs.claim(owner) is not None
    store.jobs.requeue(again.id, "me")
    assert kept(again), "the next server has it"
    store.jobs.fail(failed.id, "me", StoreError("GP446"))
    assert not kept(failed)
    if not store.embedded:
        _age(store)
    store.jobs.recover("me", alone=store.embedded)
    assert (kept(lost), kept(queued)) == (False, True)


def test_another_server_does_not_end_what_is_not_its_own(store: Store, plan: Plan) -> None:
    job = begun(store, "dead")
    assert not store.jobs.wanted(job.id, "me")
    store.jobs.fail(job.id, "me", StoreError("GP446"))
    store.jobs.requeue(job.id, "me")
    with pytest.raises(StoreError, match="GP445"):
        store.jobs.finish(job.id, "me", plan, {})
    assert store.jobs.get(job.id).state == "running"


def test_jobs_of_a_dead_server_fail_and_queued_ones_are_run(store: Store, plan: Plan) -> None:
    lost, cancelled = begun(store, "dead"), begun(store, "dead")
    store.jobs.cancel(cancelled.id)
    waiting = store.jobs.create("plan", ASKED, LI)
    assert store.jobs.recover("me", alone=False) == 0  # it told that it lives a moment ago
    if store.embedded:
        assert store.jobs.recover("me", alone=True) == 2
    else:
        _age(store)
        assert store.jobs.recover("me", alone=False) == 2
    assert (store.jobs.get(lost.id).state, store.jobs.get(lost.id).message) == ("failed", Phrase("GP443"))
    assert store.jobs.get(cancelled.id).state == "cancelled"
    claimed = store.jobs.claim("me")
    assert claimed is not None
    assert claimed.id == waiting.id
    assert store.jobs.recover("me", alone=store.embedded) == 0
    # The process of the dead server may end its work later than that.
    with pytest.raises(StoreError, match="GP445"):
        store.jobs.finish(lost.id, "dead", plan, {})
    assert store.plans() == []


def _age(store: Store) -> None:
    """Lets all signs of life be a minute old."""
    then = (datetime.now(UTC) - timedelta(seconds=60)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with psycopg.connect(store.address.replace("+psycopg", "")) as server:
        server.execute("UPDATE jobs SET heartbeat_at = %s", (then,))


def test_a_job_of_a_server_that_is_stopped_waits_for_the_next(store: Store) -> None:
    job = begun(store, "stopping")
    store.jobs.beat(job.id, "stopping", 0.7, Phrase("stage.units"))
    store.jobs.requeue(job.id, "stopping")
    again = store.jobs.get(job.id)
    assert (again.state, again.progress, again.started_at) == ("queued", 0, None)
    claimed = store.jobs.claim("next")
    assert claimed is not None
    assert claimed.id == job.id


def test_every_job_is_claimed_once(store: Store) -> None:
    wanted = {store.jobs.create("plan", ASKED, LI).id for _ in range(12)}

    def claim(owner: int) -> list[str]:
        mine = []
        while (job := store.jobs.claim(str(owner))) is not None:
            mine.append(job.id)
        return mine

    with ThreadPoolExecutor(4) as pool:
        claimed = [job for jobs in pool.map(claim, range(4)) for job in jobs]
    assert sorted(claimed) == sorted(wanted)


def test_jobs_are_listed_page_by_page(store: Store) -> None:
    made = [store.jobs.create("plan", ASKED, LI).id for _ in range(5)]
    first = store.jobs.list(limit=2)
    rest = store.jobs.list(limit=10, before=first[-1].number)
    assert [job.id for job in (*first, *rest)] == made[::-1]
