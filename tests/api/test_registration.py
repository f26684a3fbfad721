"""The registration table over HTTP, as the library writes it."""

import io

import openpyxl
import pytest

from gridplan.messages import Language
from gridplan.papers import registration_file, registration_records
from tests.api.served import Served
from tests.api.test_errors import told
from tests.api.test_plans import EVERYWHERE, GRID, branch, rename
from tests.samples import PLAN_ID


def test_the_table_as_json_excel_and_pdf(changing: Served) -> None:
    client, draft = changing.client, branch(changing.client)
    client.post(f"{draft}/edits", json=rename("=滨江"), headers={"If-Match": "*"})
    here = f"{draft}/registration?against={PLAN_ID}"
    answer = client.get(here)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["plan"], found["against"], found["units"]) == (draft.removeprefix("/plans/"), PLAN_ID, [])
    (row,) = found["grids"]
    assert (row["change"], row["renamed"], row["old_codes"], row["new_code"], row["new_name"]) == (
        "kept",
        True,
        [GRID],
        GRID,
        "=滨江",
    )
    old, new = (changing.store.load_plan(plan) for plan in (PLAN_ID, found["plan"]))
    (expected,) = registration_records(old, new)["grid"]
    assert row == {**expected, "old_codes": [GRID], "old_names": ["东风社区第001网格"], "came_from": [], "went_to": []}
    forms: tuple[tuple[str, Language], ...] = (("xlsx", "zh"), ("pdf", "en"))
    for form, language in forms:
        answer = client.get(f"{here}&f={form}&lang={language}")
        assert answer.content == registration_file(old, new, form, language=language)
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="registration-{found["plan"]}.{form}"')
        again = client.get(f"{here}&f={form}&lang={language}", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    assert client.get(f"{here}&f=pdf", headers={"Accept-Language": "en"}).content == answer.content


def test_an_adopted_plan_says_who_when_and_why(changing: Served) -> None:
    client, draft = changing.client, branch(changing.client)
    here = f"{draft}/registration?against={PLAN_ID}&f=xlsx&lang=zh"
    before = client.get(here)
    adopted = client.post(f"{draft}/adoptions", json={**EVERYWHERE, "note": "试行"})
    assert adopted.status_code == 200, adopted.text
    answer = client.get(here, headers={"If-None-Match": before.headers["etag"]})
    assert answer.status_code == 200
    values = [value for row in openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].values for value in row]
    day = changing.store.adoptions.all()[0].at[:10]
    year, month, date = map(int, day.split("-"))
    assert {"local", "试行", f"{year}年{month}月{date}日"} <= set(values)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "GP592"),
        ("?against=nosuch", 404, "GP510"),
        (f"?against={PLAN_ID}&f=docx", 400, "GP508"),
        (f"?against={PLAN_ID}&lang=fr", 400, "GP507"),
        (f"?against={PLAN_ID}&against={PLAN_ID}", 400, "GP506"),
        (f"?against={PLAN_ID}&with=x", 400, "GP501"),
        ("?against=" + "x" * 201, 400, "GP508"),
    ],
)
def test_a_wrong_question_is_refused(service: Served, query: str, status: int, code: str) -> None:
    told(service.client.get(f"/plans/{PLAN_ID}/registration{query}"), status, code)


def test_it_is_described(service: Served) -> None:
    paths = service.client.get("/openapi.json").json()["paths"]
    described = paths["/plans/{plan}/registration"]["get"]
    assert {each["name"] for each in described["parameters"]} == {"plan", "against", "f", "lang"}
    assert len(described["responses"]["200"]["content"]) == 3
