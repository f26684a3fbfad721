"""The registers: tables that people and other programs keep up to date row by row, beside the plans."""

from collections.abc import Mapping

from gridplan.contracts.model import POINT, Column, Contract

#: The stages of an incident: 采集 受理 派遣 处置反馈 核查结案, or rejected.
STAGES = ("collected", "accepted", "dispatched", "handled", "closed", "rejected")

_ID = Column("id", "text", "id; made by the store where none is given")

#: What the service lets others read and write row by row, in EPSG:4326.
REGISTERS: Mapping[str, Contract] = {
    contract.name: contract
    for contract in (
        Contract(
            "services",
            (
                _ID,
                Column("name", "text", "name", nullable=True),
                Column("kind", "text", "clinic, school, service_centre, ..."),
                Column("capacity", "float", "places, beds or visits a day", nullable=True, minimum=0),
                Column("address", "text", "address of the service", nullable=True),
            ),
            POINT,
            ("id",),
        ),
        Contract(
            "incidents",
            (
                _ID,
                Column("kind", "text", "what it is about"),
                Column("stage", "text", "how far it is", values=STAGES),
                Column("reported_at", "time", "when it was collected"),
                Column("accepted_at", "time", "when it was accepted", nullable=True),
                Column("dispatched_at", "time", "when it was dispatched", nullable=True),
                Column("handled_at", "time", "when it was handled and fed back", nullable=True),
                Column("closed_at", "time", "when it was verified and closed", nullable=True),
                Column("outcome", "text", "how it ended", nullable=True),
                Column("grid", "text", "code of the grid in force when it was reported", nullable=True),
                Column("source", "text", "who or what reported it, as a kind: patrol, hotline, ...", nullable=True),
            ),
            POINT,
            ("id",),
        ),
        Contract(
            "staff",
            (
                _ID,
                Column("name", "text", "name of the person"),
                Column("phone", "text", "telephone", nullable=True),
                Column("post", "text", "grid leader, grid worker, unit leader, ..."),
                Column("grid", "text", "code of the grid or unit", nullable=True),
                Column("organisation", "text", "where the person is employed", nullable=True),
            ),
            (),
            ("id",),
        ),
    )
}
#: Registers with personal data: never told to a viewer.
PERSONAL = ("staff",)
