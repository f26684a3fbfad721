"""The words that files have for stages, handlers and satisfaction of incidents, and what they mean here."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from gridplan.contracts import HANDLERS, STAGES
from gridplan.errors import InputError

#: Stage -> the words that mean it, upper and lower case alike. A mapping that is given stands above these.
STAGE_WORDS: Mapping[str, tuple[str, ...]] = {
    "collected": (
        "open",
        "new",
        "reported",
        "submitted",
        "采集",
        "已采集",
        "上报",
        "已上报",
        "待受理",
        "未受理",
        "登记",
        "已登记",
    ),
    "accepted": ("acknowledged", "受理", "已受理", "立案", "已立案", "待派遣", "待派单"),
    "dispatched": (
        *(
            "assigned",
            "started",
            "in progress",
            "in-progress",
            "in_progress",
            "派遣",
            "已派遣",
            "派单",
            "已派单",
            "交办",
            "已交办",
        ),
        *("处置中", "办理中", "处理中", "待处置", "待办理"),
    ),
    "handled": ("resolved", "处置反馈", "已反馈", "处置", "已处置", "已处理", "待核查", "核查中", "待结案"),
    "closed": ("completed", "核查结案", "结案", "已结案", "办结", "已办结"),
    "rejected": ("declined", "不予受理", "不受理", "未予受理", "驳回", "已驳回"),
}
HANDLER_WORDS: Mapping[str, tuple[str, ...]] = {
    "grid": ("网格", "网格员"),
    "community": ("社区", "村", "村社区", "village"),
    "town": ("街道", "镇", "乡", "乡镇", "镇街", "street"),
    "county": ("区", "县", "市", "区县", "县区", "district", "city"),
}
SATISFACTION_WORDS: Mapping[str, tuple[str, ...]] = {
    "5": ("非常满意", "很满意", "very satisfied"),
    "4": ("满意", "比较满意", "较满意", "satisfied"),
    "3": ("基本满意", "一般", "neutral"),
    "2": ("不满意", "较不满意", "dissatisfied"),
    "1": ("非常不满意", "很不满意", "very dissatisfied"),
}


def checked_stages(given: Mapping[str, str]) -> dict[str, str]:
    """The mapping of words to stages, the words in lower case.

    Raises
    ------
    InputError
        GP118 a stage that there is not.
    """
    for word, stage in given.items():
        if stage not in STAGES:
            raise InputError("GP118", name=f"stage of {word}", value=stage, expected=" | ".join(STAGES))
    return {word.strip().casefold(): stage for word, stage in given.items()}


def stages_of(words: pd.Series, given: Mapping[str, str]) -> pd.Series:
    """The stage that each word means; missing where none is known."""
    return _meant(words, STAGE_WORDS, STAGES, given)


def handlers_of(words: pd.Series) -> pd.Series:
    """Who handles it, for each word; missing where it is not known."""
    return _meant(words, HANDLER_WORDS, HANDLERS, {})


def satisfaction_of(words: pd.Series) -> pd.Series:
    """The number from 1 to 5 for each word or number; missing where it is neither."""
    whole = words.str.replace(r"\.0+$", "", regex=True).str.normalize("NFKC")
    return _meant(whole, SATISFACTION_WORDS, SATISFACTION_WORDS, {}).astype("Int64")


def _meant(words: pd.Series, table: Mapping[str, Iterable[str]], own: Iterable[str], given: Mapping[str, str]) -> pd.Series:
    known = {word.casefold(): meaning for meaning, listed in table.items() for word in listed}
    known |= {meaning: meaning for meaning in own} | dict(given)
    # A file has few words, however many rows.
    mapping = {word: known.get(str(word).casefold(), np.nan) for word in words.dropna().unique()}
    return words.map(mapping).astype("str")
