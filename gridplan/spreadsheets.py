"""What spreadsheet programs would run, made plain text: every CSV that people open with them goes through here."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: A cell that begins so is a formula to Excel, WPS or LibreOffice; full-width signs are to Chinese and Japanese versions.
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: object) -> object:
    """The value; a text that a spreadsheet would take for a formula has an apostrophe before it.

    Examples
    --------
    >>> harmless("=1+1"), harmless("噪声"), harmless(-1)
    ("'=1+1", '噪声', -1)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUN) else value


def csv_bytes(table: "pd.DataFrame") -> bytes:
    """The table as CSV without its index, harmless, as UTF-8 that Excel knows for such."""
    plain = table.rename(columns=harmless)
    texts = {place: plain.iloc[:, place] for place in range(plain.shape[1]) if plain.dtypes.iloc[place].kind not in "biufM"}
    for place, values in texts.items():
        plain.isetitem(place, values.map(harmless))
    made: str = plain.to_csv(index=False, lineterminator="\n")
    return made.encode("utf-8-sig")
