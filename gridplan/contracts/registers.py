"""The registers: tables that people and other programs keep up to date row by row, beside the plans."""

from collections.abc import Mapping

from gridplan.contracts.model import POINT, Column, Contract

#: The stages of an incident: 采集 受理 派遣 处置反馈 核查结案, or 不予受理.
STAGES = ("collected", "accepted", "dispatched", "handled", "closed", "rejected")
#: Who handles an incident: the grid (小循环), or whom it was handed up to (吹哨报到, 大循环).
HANDLERS = ("grid", "community", "town", "county")
#: Bodies that a grid, compound or community has.
ORGANISATIONS = ("party_group", "owners_committee", "property_service", "smart_compound", "service_station", "other")
#: What an index holds is no longer than this, in characters.
_INDEXED = 200

_ID = Column("id", "text", "id; made by the store where none is given")


def _when(name: str, about: str) -> Column:
    return Column(name, "time", about, nullable=True)


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
                Column("kind", "text", "what it is about", longest=_INDEXED),
                Column("stage", "text", "how far it is", values=STAGES),
                Column("reported_at", "time", "when it was collected"),
                _when("accepted_at", "when it was accepted"),
                _when("dispatched_at", "when it was dispatched"),
                _when("handled_at", "when it was handled and fed back"),
                _when("closed_at", "when it was verified and closed"),
                _when("rejected_at", "when it was rejected"),
                _when("escalated_at", "when the grid handed it up; empty where it was never"),
                _when("due_at", "until when it is to be closed"),
                Column("handler", "text", "who handles it", nullable=True, values=HANDLERS),
                Column("outcome", "text", "how it ended", nullable=True),
                Column("satisfaction", "int", "what whoever reported it says, from 1 to 5", nullable=True, minimum=1, maximum=5),
                Column("address", "text", "where it is, in words", nullable=True),
                Column("source", "text", "who or what reported it, as a kind: patrol, hotline, ...", nullable=True),
                Column("grid", "text", "code of the grid in force when it was reported", nullable=True, longest=_INDEXED),
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
        Contract(
            "organisations",
            (
                _ID,
                Column("organisation", "text", "id of the body, the same in each of its rows"),
                Column("name", "text", "name of the body"),
                Column("kind", "text", "what it is", values=ORGANISATIONS),
                Column(
                    "form",
                    "text",
                    "of a party group: alone (单独组建), assigned (选派) or joint (联建)",
                    nullable=True,
                    values=("alone", "assigned", "joint"),
                ),
                Column("level", "text", "what it is linked to", values=("grid", "compound", "community")),
                Column("zone", "text", "code of the grid or community, or id of the compound", longest=_INDEXED),
            ),
            (),
            ("id",),
        ),
    )
}
#: Ids that no incident may have, and ends of ids: addresses of the service below /incidents.
TAKEN_IDS, TAKEN_ENDS = ("import",), ("/steps",)
#: Registers with people or single households in them: never told to a viewer row by row.
PERSONAL = ("staff", "incidents")
