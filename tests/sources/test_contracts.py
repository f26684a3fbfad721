"""What a table may bring to a contract: codes that a file kept as numbers, keys that name nothing, digits of full width."""

import pandas as pd
import pytest

from gridplan.contracts import TOWN, conform
from gridplan.errors import InputError
from tests.sources import drawn


def test_codes_kept_as_floats_become_their_digits() -> None:
    table = drawn.communities("A", "B").assign(code=[522730001001.0, 522730001002.0], parent=[522730001.0, None])
    found = conform(table, TOWN["communities"])
    assert found["code"].tolist() == ["522730001001", "522730001002"]
    assert found["parent"].iloc[0] == "522730001"
    assert found["parent"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["A", ""], "row 1=''"),
        ([" ", "B"], "row 0=' '"),
        (["A", None], "row 1"),
        ([1.0, 2.5], "row 1=2.5"),
        ([1.0, 1e17], "row 1"),
    ],
)
def test_codes_that_name_nothing_are_refused(codes: list[object], said: str) -> None:
    with pytest.raises(InputError, match=f"GP103 communities: column code.* 1 rows do not, first {said}"):
        conform(drawn.communities("A", "B").assign(code=codes), TOWN["communities"])


def test_blank_ids_of_buildings_are_refused() -> None:
    with pytest.raises(InputError, match=r"GP103 buildings: column id.* 2 rows do not, first row 0='', row 2='  '"):
        conform(drawn.buildings(id=["", "b", "  "]), TOWN["buildings"])


def test_full_width_digits_are_numbers() -> None:
    found = conform(drawn.buildings(id=["a", "b", "c"], households=["１２", "3", None]), TOWN["buildings"])
    assert found["households"].tolist() == [12, 3, pd.NA]


def test_a_number_of_more_than_64_bits_is_refused() -> None:
    with pytest.raises(InputError, match=r"GP103 buildings: column households.* 1 rows do not, first b=1e\+19"):
        conform(drawn.buildings(id=["a", "b"], households=[1.0, 1e19]), TOWN["buildings"])
