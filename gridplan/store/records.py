"""The contracts of what the store keeps of itself: adoptions, the edit log, jobs, tokens, revisions of the registers."""

from collections.abc import Mapping

from gridplan.contracts import Column, Contract

STATES = ("draft", "submitted", "approved", "adopted", "archived")
ROLES = ("viewer", "planner", "admin")
JOB_STATES = ("queued", "running", "done", "failed", "cancelled")

PLANS = Contract(
    "plans",
    (
        Column("id", "text", "id of the plan"),
        Column("name", "text", "name"),
        Column("scheme", "text", "name of the scheme"),
        Column("seed", "int", "seed"),
        Column("parent", "text", "id of the plan it was redrawn from, or empty"),
        Column("grids", "int", "grids in it", minimum=0),
        Column("units", "int", "units in it", minimum=0),
        Column("households", "int", "households in it", minimum=0),
        Column("state", "text", "draft, submitted, approved, adopted somewhere, or archived", values=STATES),
        Column("revision", "int", "grows with every change of any of its rows, by whatever program", minimum=1),
    ),
    key=("id",),
)
TOWNS = Contract(
    "towns",
    (
        Column("name", "text", "name it was saved by"),
        Column("layers", "text", "JSON list of the layers that are there"),
        Column("source", "text", "JSON: file names and sha256"),
    ),
    key=("name",),
)
#: Made in an embedded file when it is first opened for writing; a plan bundle has none of them.
RECORDS: Mapping[str, Contract] = {
    contract.name: contract
    for contract in (
        Contract(
            "registers",
            (
                Column("name", "text", "name of the register"),
                Column("revision", "int", "grows with every change of any of its rows, by whatever program", minimum=1),
            ),
            key=("name",),
        ),
        Contract(
            "adoptions",
            (
                Column("community", "text", "code of the community"),
                Column("plan", "text", "id of the plan that holds there from then on"),
                Column("at", "time", "when"),
                Column("who", "text", "who adopted it"),
                Column("note", "text", "why", nullable=True),
            ),
        ),
        Contract(
            "edits",
            (
                Column("at", "time", "when"),
                Column("who", "text", "who"),
                Column("role", "text", "in which role"),
                Column("scope", "text", "id of the plan, name of the register, tokens or towns"),
                Column("item", "text", "id of the row", nullable=True),
                Column("operation", "text", "create, replace, update, delete, rename, adopt, ..."),
                Column("revision", "int", "revision of the scope after it", minimum=1),
                Column("before", "text", "JSON of what it changed, as it was; empty where it made it", nullable=True),
                Column("after", "text", "JSON of the same afterwards; empty where it deleted it", nullable=True),
                Column("note", "text", "why", nullable=True),
            ),
        ),
        Contract(
            "jobs",
            (
                Column("id", "text", "id"),
                Column("kind", "text", "what it makes"),
                Column("state", "text", "how far it is", values=JOB_STATES),
                Column("progress", "float", "share done, 0-1", minimum=0),
                Column("message", "text", "what it is doing, or why it failed", nullable=True),
                Column("params", "text", "JSON: what was asked"),
                Column("result", "text", "JSON: what it made", nullable=True),
                Column("who", "text", "who asked"),
                Column("created_at", "time", "when it was asked"),
                Column("started_at", "time", "when it began", nullable=True),
                Column("ended_at", "time", "when it ended", nullable=True),
                Column("owner", "text", "the server process that runs it", nullable=True),
                Column("heartbeat_at", "time", "when that process was last known to live", nullable=True),
                Column("cancel", "bool", "whether it was asked to stop"),
            ),
            key=("id",),
        ),
        Contract(
            "job_files",
            (
                Column("job", "text", "id of the job that it was given to"),
                Column("part", "int", "number of the part", minimum=0),
            ),
            key=("job", "part"),
        ),
        Contract(
            "coverages",
            (
                Column("town", "text", "identity of the town: what the meta of its plans says"),
                Column("at", "time", "when its distances were measured"),
                Column("who", "text", "for whom"),
                Column("about", "text", "JSON: what they were measured with"),
            ),
            key=("town",),
        ),
        Contract(
            "distances",
            (
                Column("town", "text", "identity of the town"),
                Column("building", "text", "id of the building"),
                Column("kind", "text", "kind of service"),
                Column("service", "text", "id of the nearest one; empty where none is reached", nullable=True),
                Column("metres", "float", "how far it is, in metres; empty where none is reached", nullable=True, minimum=0),
                Column("method", "text", "along streets, or straight where there are none", values=("network", "straight")),
                Column("compound_class", "text", "class of the compound that the building stands in", nullable=True),
                Column("population", "int", "people in the building", nullable=True, minimum=0),
                Column("people", "float", "the same or an estimate; empty without capacities", nullable=True, minimum=0),
                Column("per_1000", "float", "capacity within a walk for 1,000; empty: unknown", nullable=True, minimum=0),
            ),
            key=("town", "building", "kind"),
        ),
        Contract(
            "tokens",
            (
                Column("id", "text", "id"),
                Column("name", "text", "whose it is"),
                Column("role", "text", "what it may do", values=ROLES),
                Column("hash", "text", "SHA-256 of the token; the token itself is kept nowhere"),
                Column("created_at", "time", "when it was made"),
                Column("expires_at", "time", "until when it holds", nullable=True),
                Column("revoked_at", "time", "since when it holds no more", nullable=True),
            ),
            key=("id",),
        ),
    )
}
