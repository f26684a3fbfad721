"""Codes and names as texts."""

import numpy as np
import pandas as pd


def label_of(value: object) -> str:
    """A code or name as text, without blanks around it; empty where there is none. A whole number is its digits.

    Examples
    --------
    >>> label_of(522730001001003.0), label_of(" 第3网格 "), label_of(None)
    ('522730001001003', '第3网格', '')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
