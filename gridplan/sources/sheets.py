"""Tables without places: CSV and Excel files, every column as text."""

from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.layer import read_text_table

FORMATS = (".xlsx", ".csv")


def read_sheet(path: Path) -> tuple[pd.DataFrame, Report]:
    """The rows of a file that hold anything, their columns as text under trimmed names, and what was found out about its text.

    Parameters
    ----------
    path : ``.xlsx`` (its first sheet) or ``.csv`` in UTF-8 or GB18030.

    Raises
    ------
    InputError
        GP101 no such file; GP108 cannot be opened; GP119 of another kind; GP121 unreadable text.
    """
    if not path.is_file():
        raise InputError("GP101", path=str(path))
    suffix = path.suffix.lower()
    if suffix == ".csv":
        frame, report = read_text_table(path)
    elif suffix == ".xlsx":
        try:
            frame, report = pd.read_excel(path, dtype="str", engine="openpyxl"), Report.empty()
        except (BadZipFile, ValueError, KeyError, OSError) as error:
            raise InputError("GP108", path=str(path), why=str(error)) from error
    else:
        raise InputError("GP119", path=str(path), suffix=suffix, known=", ".join(FORMATS))
    return frame.rename(columns={name: str(name).strip() for name in frame.columns}).dropna(how="all"), report
