"""Papers: what offices file and print, as Excel and PDF. The same bytes from the same plans."""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.papers.filed import registration_file as registration_file
    from gridplan.papers.filed import write_registration as write_registration
    from gridplan.papers.fonts import chinese_font as chinese_font
    from gridplan.papers.forms import FORMS as FORMS
    from gridplan.papers.forms import Filing as Filing
    from gridplan.papers.forms import Flow as Flow
    from gridplan.papers.rows import registration_records as registration_records
    from gridplan.papers.rows import registration_table as registration_table

__all__ = [
    "FORMS",
    "Filing",
    "Flow",
    "chinese_font",
    "registration_file",
    "registration_records",
    "registration_table",
    "write_registration",
]

__getattr__ = lazy_names(
    __name__,
    {
        "FORMS": "gridplan.papers.forms",
        "registration_file": "gridplan.papers.filed",
        "write_registration": "gridplan.papers.filed",
        "chinese_font": "gridplan.papers.fonts",
        "Filing": "gridplan.papers.forms",
        "Flow": "gridplan.papers.forms",
        "registration_records": "gridplan.papers.rows",
        "registration_table": "gridplan.papers.rows",
    },
)
