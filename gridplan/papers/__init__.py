"""Papers: what offices file and print, as Excel and PDF. The same bytes from the same plans."""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.papers.atlas.form import AtlasForm as AtlasForm
    from gridplan.papers.atlas.form import Sheets as Sheets
    from gridplan.papers.atlas.people import staff_elsewhere as staff_elsewhere
    from gridplan.papers.atlas.written import atlas_file as atlas_file
    from gridplan.papers.atlas.written import atlas_sheets as atlas_sheets
    from gridplan.papers.atlas.written import write_atlas as write_atlas
    from gridplan.papers.covered import write_coverage as write_coverage
    from gridplan.papers.filed import registration_file as registration_file
    from gridplan.papers.filed import write_registration as write_registration
    from gridplan.papers.forms import FORMS as FORMS
    from gridplan.papers.forms import Filing as Filing
    from gridplan.papers.forms import Flow as Flow
    from gridplan.papers.rows import registration_records as registration_records
    from gridplan.papers.rows import registration_table as registration_table

__all__ = [
    "FORMS",
    "AtlasForm",
    "Filing",
    "Flow",
    "Sheets",
    "atlas_file",
    "atlas_sheets",
    "registration_file",
    "registration_records",
    "registration_table",
    "staff_elsewhere",
    "write_atlas",
    "write_coverage",
    "write_registration",
]

__getattr__ = lazy_names(
    __name__,
    {
        "AtlasForm": "gridplan.papers.atlas.form",
        "Sheets": "gridplan.papers.atlas.form",
        "staff_elsewhere": "gridplan.papers.atlas.people",
        "atlas_file": "gridplan.papers.atlas.written",
        "atlas_sheets": "gridplan.papers.atlas.written",
        "write_atlas": "gridplan.papers.atlas.written",
        "FORMS": "gridplan.papers.forms",
        "registration_file": "gridplan.papers.filed",
        "write_coverage": "gridplan.papers.covered",
        "write_registration": "gridplan.papers.filed",
        "Filing": "gridplan.papers.forms",
        "Flow": "gridplan.papers.forms",
        "registration_records": "gridplan.papers.rows",
        "registration_table": "gridplan.papers.rows",
    },
)
