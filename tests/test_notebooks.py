"""The form of every notebook: its anatomy, its text, its pictures, its links."""

import ast
import html
import re
import tomllib
import urllib.parse

import nbformat
import pytest

from tests.notebooks import (
    COURSE,
    NOTEBOOKS,
    TIMES,
    code_cells,
    exercises,
    tagged,
    text,
    text_cells,
)
from utils.machinery.notebooks import parameters_of
from utils.machinery.refresh import FOLDED, fingerprints
from utils.paths import NOTEBOOKS as FOLDER
from utils.paths import ROOT

SERIES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["series"]
HEAD = ["Questions", "Afterwards you can", "Time and memory", "You need"]
COLAB = "https://colab.research.google.com"
EVERY = pytest.mark.parametrize("name", NOTEBOOKS)
FIRST_READING = pytest.mark.parametrize("name", COURSE)
NAMES = list(NOTEBOOKS)


def outputs(name):
    return [(cell, output) for cell in code_cells(name) for output in cell.outputs]


def sources_outside_math_and_code(name):
    return re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", "", text(name), flags=re.DOTALL)


def test_the_series_is_numbered_without_gaps():
    assert [name[:2] for name in NAMES] == [f"{number:02}" for number in range(1, len(NAMES) + 1)]


@EVERY
def test_one_clean_run_from_top_to_bottom(name):
    assert [cell.execution_count for cell in code_cells(name)] == list(
        range(1, len(code_cells(name)) + 1)
    )
    for _, output in outputs(name):
        assert output.output_type != "error"
        assert output.get("name") != "stderr"
        assert "WARNING" not in output.get("text", "")


@EVERY
def test_metadata_is_normalized(name):
    notebook = NOTEBOOKS[name]
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    assert set(notebook.metadata) == {"kernelspec", "language_info", "teaching"}
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        expected = {"tags"} if tags else set()
        expected |= {"timed"} if "timing" in tags else set()
        if "folded" in tags:
            expected |= set(FOLDED)
            assert FOLDED.items() <= cell.metadata.items()
        assert set(cell.metadata) == expected


@EVERY
def test_timings_belong_to_the_code_that_stands_there(name):
    prints = fingerprints(NOTEBOOKS[name])
    for cell in tagged(name, "timing"):
        assert cell.metadata.timed == prints[cell.id], cell.source


@EVERY
def test_no_paths_of_a_machine(name):
    place = re.compile(r"(?<![\w./-])/(home|root|tmp|work|Users|usr|var)/[\w.-]+|[A-Z]:\\\\")
    for cell, output in outputs(name):
        assert not place.search(str(output)), cell.source
    assert not place.search("\n".join(cell.source for cell in NOTEBOOKS[name].cells))


@EVERY
def test_head(name):
    head = text_cells(name)[0].source
    number, slug = name.split("_", 1)
    assert NOTEBOOKS[name].cells[0].cell_type == "markdown"
    assert re.match(rf"# {int(number)}\. ", head)
    assert (
        f"{COLAB}/github/{SERIES['repository']}/blob/{SERIES['branch']}/notebooks/{name}.ipynb"
        in head
    )
    assert f"{COLAB}/assets/colab-badge.svg" in head
    assert re.findall(r"^\| (.+?) \| .+ \|$", head, re.MULTILINE) == HEAD
    assert re.search(TIMES, head)


@EVERY
def test_metadata_say_for_teachers_what_the_head_says(name):
    """If not: `python -m utils.machinery.refresh --heads`."""
    rows = dict(re.findall(r"^\| (.+?) \| (.+) \|$", text_cells(name)[0].source, re.MULTILINE))
    about = {"needs": rows["You need"], "gives": rows["Afterwards you can"]}
    assert NOTEBOOKS[name].metadata.teaching == about


@EVERY
def test_set_up_cell_is_the_same_everywhere(name):
    set_up = code_cells(name)[0].source
    assert set_up == code_cells(NAMES[0])[0].source
    assert f'REPOSITORY, BRANCH = "{SERIES["repository"]}", "{SERIES["branch"]}"' in set_up


@EVERY
def test_parameters_come_second_and_are_checked_third(name):
    cells = code_cells(name)
    assert tagged(name, "parameters") == [cells[1]]
    assert tagged(name, "folded")[:3] == cells[:3]
    for line in cells[1].source.splitlines():
        assert re.fullmatch(r"[a-z_]+ = [^=]+  # @param (\{.*\}|\[.*\])", line), line
    for parameter in parameters_of(name):
        assert re.search(
            rf'check_(whole|number|choice|text)\("{parameter}", {parameter}[,)]', cells[2].source
        )


@EVERY
def test_parameter_table_agrees_with_the_cell(name):
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text(name), re.MULTILINE)
    stated = {parameter: default.strip().replace(",", "") for parameter, default, _, _ in rows}
    assert stated == {parameter: str(value) for parameter, value in parameters_of(name).items()}


@EVERY
def test_data_are_verified_at_the_start(name):
    shown = [cell for cell in code_cells(name) if "folded" not in cell.metadata.get("tags", [])]
    assert "mnist = load_mnist()" in shown[0].source
    assert shown[0] in code_cells(name)[3:5]


@EVERY
def test_enough_cells_are_compared(name):
    compared = tagged(name, "nbval-check-output")
    assert len(compared) - len(exercises(name)) >= 5
    for cell in compared:
        assert cell.outputs, cell.source
        assert not set(cell.metadata.tags) & {"timing", "nbval-ignore-output", "nbval-skip"}


@EVERY
def test_checkpoints_are_compared_and_can_fail(name):
    for cell in code_cells(name):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "checkpoint":
                assert "nbval-check-output" in cell.metadata.tags
                assert isinstance(node.args[0], ast.Constant)
                assert not isinstance(node.args[1], ast.Constant), "a constant cannot fail"


@FIRST_READING
def test_a_chapter_of_the_course_keeps_its_budget(name):
    """Words are those of the text, without code."""
    assert len(re.sub(r"```.*?```", "", text(name), flags=re.DOTALL).split()) <= 2_200
    for cell in code_cells(name)[1:]:
        assert len(cell.source.splitlines()) <= 15, cell.source
    assert len(tagged(name, "nbval-check-output")) >= 8


@EVERY
def test_a_chapter_keeps_its_budget(name):
    """Words are those of all text cells, with the code of the folded solutions."""
    assert len(text(name).split()) <= 2_500
    assert len(code_cells(name)) <= 35


@EVERY
def test_cells_are_short_and_text_leads(name):
    for cell in code_cells(name):
        assert len(cell.source.splitlines()) <= 25, cell.source
        assert max(map(len, cell.source.splitlines())) <= 79, cell.source
    assert 1 <= len(text_cells(name)) / len(code_cells(name)) <= 2


@FIRST_READING
def test_checkpoints_name_a_number_or_are_folded(name):
    for cell in code_cells(name):
        if "folded" not in cell.metadata.get("tags", []):
            for claim in re.findall(r'checkpoint\(\s*f?"(.+?)"', cell.source):
                assert re.search(r"\d", claim), claim


@FIRST_READING
def test_one_prediction_is_scored(name):
    cells = [cell.source for cell in code_cells(name)]
    (guess,) = (index for index, source in enumerate(cells) if "guess = ..." in source)
    (score,) = (index for index, source in enumerate(cells) if "score_guess(guess, " in source)
    assert guess < score


@FIRST_READING
def test_nothing_prints_a_dict_or_a_list(name):
    for cell, output in outputs(name):
        assert not re.search(r"^[\[{]|array\(|np\.float", output.get("text", ""), re.MULTILINE), (
            cell.source
        )


@EVERY
def test_headings(name):
    levels = [
        len(marks)
        for marks in re.findall(
            r"^(#+) ", re.sub(r"```.*?```", "", text(name), flags=re.DOTALL), re.MULTILINE
        )
    ]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


@EVERY
def test_sections_that_every_chapter_has(name):
    headings = re.findall(r"^## (.+)$", text(name), re.MULTILINE)
    assert headings[-3:] == ["Claims", "Key points", "Next"]
    assert all(re.match(rf"{int(name[:2])}\.\d+ ", heading) for heading in headings[:-3])
    points = text(name).split("## Key points")[1].split("## Next")[0]
    assert 3 <= len(re.findall(r"^- ", points, re.MULTILINE)) <= 5


@EVERY
def test_every_picture_has_alt_text_that_is_also_folded_below_it(name):
    alts = tomllib.loads((FOLDER / "alt" / f"{name[:2]}.toml").read_text(encoding="utf-8"))
    shown = set()
    for cell in code_cells(name):
        texts = " ".join(
            html.unescape(str(output.get("data", {}).get("text/html", "")))
            for output in cell.outputs
        )
        for output in cell.outputs:
            if any(kind.startswith("image/") for kind in output.get("data", {})):
                alt = output.metadata.get("image/png", {}).get("alt", "")
                assert len(alt) >= 20 and alt in texts, cell.source
                shown.add(alt)
                assert output.data["text/plain"] == alt
    assert shown and set(alts.values()) <= shown, set(alts.values()) - shown


def test_names_of_pictures_are_given_once():
    files = [path.read_text(encoding="utf-8") for path in (FOLDER / "alt").glob("*.toml")]
    names = [name for file in files for name in tomllib.loads(file)]
    assert len(names) == len(set(names))


@EVERY
def test_links_resolve(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", text(name)):
        if urllib.parse.urlparse(target).scheme:
            assert target.startswith("https://"), target
        else:
            assert (FOLDER / target.split("#")[0]).exists(), target
    position = NAMES.index(name)
    for neighbor in NAMES[max(0, position - 1) : position] + NAMES[position + 1 : position + 2]:
        assert f"]({neighbor}.ipynb)" in text(name), f"no link to {neighbor}"


@EVERY
def test_claims_have_a_verdict(name):
    section = text(name).split("## Claims")[1].split("## Key points")[0]
    claims = re.findall(r"^\*\*Claim (\d+): .*?\*\*.*$", section, re.MULTILINE)
    verdict = r"^\*\*Claim \d+: .*?\*\* \*(Holds|Holds with a condition|Does not hold|History says otherwise)\.\*"
    assert claims and len(re.findall(verdict, section, re.MULTILINE)) == len(claims)


@EVERY
def test_results_are_saved_under_the_notebooks_name(name):
    assert any(re.search(rf'save_results\(\s*"{name}"', cell.source) for cell in code_cells(name))


@EVERY
def test_plain_words(name):
    """Spelling is codespell's: see `python -m tests check`."""
    words = re.findall(r"[a-z]+", sources_outside_math_and_code(name).lower())
    filler = {
        "simply",
        "obviously",
        "delve",
        "leverage",
        "seamless",
        "basically",
        "powerful",
        "amazing",
    }
    assert not set(words) & filler


@EVERY
def test_github_can_show_the_notebook(name):
    """GitHub says "Invalid Notebook" to metadata of widgets without their state, and to outputs that need it."""
    assert "widgets" not in NOTEBOOKS[name].metadata
    for cell, output in outputs(name):
        kinds = set(output.get("data", {}))
        assert not any("widget" in kind for kind in kinds), cell.source
    nbformat.validate(NOTEBOOKS[name])
