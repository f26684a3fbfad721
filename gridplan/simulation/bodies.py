"""Party groups, owners' committees and property services of a simulated place, in the numbers of its document."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gridplan.contracts import REGISTERS, conform
from gridplan.errors import InputError
from gridplan.simulation.casework import Divided
from gridplan.simulation.documents import SHARES, check_told, document_numbers

Link = tuple[str, str, str, str | None, str, str]

#: Of the party groups of grids: joint ones, each of two grids next to each other in the order of codes, and assigned ones.
_JOINT, _ASSIGNED = 0.1, 0.15
#: Kind, name and form of the bodies of compounds, by their share.
_OF_COMPOUNDS = dict(
    zip(
        SHARES,
        (("party_group", "党支部", "alone"), ("owners_committee", "业主委员会", None), ("property_service", "物业服务", None)),
        strict=True,
    )
)


def simulate_organisations(plan: Divided, place: str, *, compounds: pd.DataFrame | None = None, seed: int = 3) -> pd.DataFrame:
    """The bodies of a plan's grids and compounds, a row a link, as the register ``organisations`` has them.

    Parameters
    ----------
    plan : its grids, special ones left out, get as many party groups as the document says for as many grids as it says: with
        818 on 908 grids, 82 of them joint ones of two grids, 900 grids are covered.
    compounds : ``id`` and ``class`` of the town's compounds, natural villages left out; for a place whose document tells shares
        of compounds.
    seed : the same seed gives the same rows.

    Raises
    ------
    InputError
        GP189 the document tells nothing of such bodies, or of compounds and there are none.
    """
    check_told(place, "organisations")
    numbers = {name: number.number for name, number in document_numbers(place).items()}
    rng = np.random.default_rng([seed, 23])
    estates = [] if compounds is None else sorted(compounds.loc[compounds["class"] != "village", "id"].astype("str"))
    if "groups" in numbers:
        grids = sorted(plan.grids.loc[plan.grids["kind"] != "special", "code"])
        links = list(_of_grids(grids, round(len(grids) * numbers["groups"] / numbers["grids"]), rng))
    elif set(SHARES) <= set(numbers) and estates:
        links = [link for name in SHARES for link in _of_compounds(estates, name, numbers[name], rng)]
    else:
        raise InputError("GP189", name=place, known="longli, longmatan")
    frame = pd.DataFrame(links, columns=["organisation", "name", "kind", "form", "level", "zone"])
    names = [f"{place}-{number:05d}" for number in range(1, len(frame) + 1)]
    return conform(frame.assign(id=names), REGISTERS["organisations"])


def _of_grids(grids: list[str], groups: int, rng: np.random.Generator) -> Iterator[Link]:
    """A party group for each of some grids, or for two of them together."""
    joint = min(round(_JOINT * groups), len(grids) - groups)
    singles = groups - joint
    bare = set(rng.choice(len(grids), len(grids) - singles - 2 * joint, replace=False).tolist())
    covered = [grid for number, grid in enumerate(grids) if number not in bare]
    pairs = set(rng.choice(singles + joint, joint, replace=False).tolist())
    assigned = set(rng.choice(singles, round(_ASSIGNED * groups), replace=False).tolist())
    place = single = 0
    for number in range(singles + joint):
        size = 2 if number in pairs else 1
        form = "joint" if size == 2 else ("assigned" if single in assigned else "alone")
        for zone in covered[place : place + size]:
            yield f"party-{number + 1:05d}", f"第{number + 1}网格党小组", "party_group", form, "grid", zone
        place, single = place + size, single + (size == 1)


def _of_compounds(estates: list[str], name: str, percent: int, rng: np.random.Generator) -> Iterator[Link]:
    """A body for so many compounds that their share, in whole per cent, is that of the document."""
    kind, said, form = _OF_COMPOUNDS[name]
    chosen = sorted(rng.choice(len(estates), round(len(estates) * percent / 100), replace=False).tolist())
    for number in chosen:
        yield f"{kind}-{estates[number]}", f"{estates[number]}{said}", kind, form, "compound", estates[number]
