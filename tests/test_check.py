"""``gongkai check`` and ``gongkai rules``: words, JSON, page, exit status; the documentation is the rule table."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from narrated import examined, told
from typer.testing import CliRunner

from cli import app
from extractor.crosscheck import examine
from extractor.crosscheck.listing import fields, rules_markdown
from extractor.crosscheck.rules import RULES, SEVERITIES, finding, rule_of
from extractor.drawing.check import check_html, styles
from extractor.errors import FormError
from extractor.forms import form_of, metrics_of
from extractor.library import Library
from extractor.model import Finding, Report
from extractor.pipeline import extract
from extractor.sources import read

ROOT = Path(__file__).resolve().parents[1]
RUN = CliRunner()
CLEAN = ROOT / "reports" / "linlan-2020.txt"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A bundled report with one figure of its narrative changed."""
    text = CLEAN.read_text(encoding="utf-8")
    told = re.search(r"(?:新收|收到|受理)[^，。；]{0,20}?(\d{2,})\s*件", text)
    assert told is not None
    path = tmp_path / "wrong.txt"
    path.write_text(text[: told.start(1)] + str(int(told[1]) + 531) + text[told.end(1) :], encoding="utf-8")
    return path


def test_a_clean_report_ends_with_status_0() -> None:
    result = RUN.invoke(app, ["check", str(CLEAN)])
    assert result.exit_code == 0
    assert "1 份报告，0 份自相矛盾" in result.stdout


def test_a_contradiction_ends_with_status_1_and_names_both_numbers_and_places(wrong: Path) -> None:
    result = RUN.invoke(app, ["check", str(wrong)])
    assert result.exit_code == 1
    assert "正文与表格不符" in result.stdout
    assert "建议" in result.stdout
    assert len(re.findall(r"第 \d+ 行", result.stdout)) >= 2


def test_a_file_that_cannot_be_read_ends_with_status_3_and_the_others_are_still_told(wrong: Path, tmp_path: Path) -> None:
    result = RUN.invoke(app, ["check", str(wrong), str(tmp_path / "none.txt")])
    assert result.exit_code == 3
    assert "正文与表格不符" in result.stdout
    assert "1 个文件没有读出" in result.stdout


@pytest.mark.parametrize("words", [[], ["x.txt", "--library", "y"], ["x.txt", "--severity", "grave"]])
def test_wrong_usage_ends_with_status_2(words: list[str]) -> None:
    assert RUN.invoke(app, ["check", *words]).exit_code == 2


def test_json_is_one_object_with_findings_claims_and_failures(wrong: Path, tmp_path: Path) -> None:
    result = RUN.invoke(app, ["check", str(wrong), str(tmp_path / "none.txt"), "--json"])
    told = json.loads(result.stdout)
    assert [one["source"] for one in told["failures"]] == ["none.txt"]
    (report,) = told["reports"]
    assert report["contradicts_itself"] is True
    (problem,) = [one for one in report["findings"] if one["rule"] == "narrative.contradicts"]
    assert problem["quotes"][0]["place"]["line"] > 0
    assert {claim["verdict"] for claim in report["claims"]} >= {"agrees", "contradicts"}


def test_severity_hides_milder_findings_but_not_the_exit_status(wrong: Path) -> None:
    levels = {level: json.loads(RUN.invoke(app, ["check", str(wrong), "--json", "--severity", level]).stdout) for level in SEVERITIES}
    counts = [len(levels[level]["reports"][0]["findings"]) for level in SEVERITIES]
    assert counts == sorted(counts, reverse=True)
    assert all(one["severity"] == "error" for one in levels["error"]["reports"][0]["findings"])
    assert RUN.invoke(app, ["check", str(wrong), "--severity", "error"]).exit_code == 1


def test_last_years_report_among_the_files_is_used() -> None:
    years = [str(ROOT / "reports" / f"linlan-{year}.txt") for year in (2020, 2021)]
    told = [json.loads(RUN.invoke(app, ["check", *paths, "--json"]).stdout)["reports"][-1] for paths in (years, years[1:])]
    changes = [[claim["verdict"] for claim in report["claims"] if claim["scope"] == "change"] for report in told]
    assert changes == [["agrees"], ["not_comparable"]]


def test_a_library_is_checked_with_last_years_reports(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        for year in (2020, 2021):
            document = read(ROOT / "reports" / f"linlan-{year}.txt")
            library.add_all(extract(document), document)
    told = json.loads(RUN.invoke(app, ["check", "--library", str(folder), "--json"]).stdout)
    assert [report["year"] for report in told["reports"]] == [2020, 2021]
    assert "agrees" in [claim["verdict"] for claim in told["reports"][1]["claims"] if claim["scope"] == "change"]
    assert RUN.invoke(app, ["check", "--library", str(tmp_path / "none")]).exit_code == 2


# ------------------------------------------------------------------- the page
class Page(HTMLParser):
    """Collects what a page asks for and what it shows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "action", "data") or (name == "href" and tag != "a"):
                self.asked.append(f"{tag} {value}")
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and tag == "a" and value:
                self.links.append(value)


def contradictory() -> Report:
    return examined("全年新收政府信息公开申请119件。培训3次。")


def test_the_page_asks_nothing_of_the_network_and_holds_no_script() -> None:
    html = check_html([contradictory()])
    page = Page(html)
    assert page.asked == []
    assert "script" not in page.tags
    assert "url(" not in styles()
    assert "@import" not in styles()


def test_the_page_shows_both_numbers_the_tables_and_links_to_the_cell() -> None:
    html = check_html([contradictory()])
    page = Page(html)
    assert "#r1-applications.new_received.total" in page.links
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert len(set(page.ids)) == len(page.ids)
    assert "报告自相矛盾 1 处" in html
    assert "119" in html
    assert "is-flagged" in html
    assert page.tags.count("table") >= 3


def test_several_reports_have_a_contents_list() -> None:
    page = Page(check_html([contradictory(), contradictory()]))
    assert "#report-2" in page.links
    assert len(set(page.ids)) == len(page.ids)


def test_a_reports_text_cannot_become_markup() -> None:
    report, document = told("<script>新收政府信息公开申请119件。<img src=x>活动3次。", agency="<b>清河县</b>教育局")
    html = check_html([examine(report, document)])
    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>清河县" not in html
    assert "&lt;script&gt;" in html


def test_the_dark_colours_follow_the_system() -> None:
    assert "prefers-color-scheme: dark" in styles()
    assert ".dark" not in styles()
    assert "--gk-verified:" in styles().split("prefers-color-scheme: dark")[1]


def test_html_writes_the_page(wrong: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "page.html"
    assert RUN.invoke(app, ["check", str(wrong), "--html", str(out)]).exit_code == 1
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


# ------------------------------------------------------------------- the rules
def test_the_documentation_is_the_rule_table() -> None:
    current = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert current == rules_markdown(), "run: gongkai rules --markdown > docs/rules.md"


def test_the_documentation_lists_the_readings_of_ambiguous_words() -> None:
    told = rules_markdown()
    assert "收到 = 新收；收到 = 新收 + 结转" in told
    assert "复议 = 总计；复议 = 总计 − 尚未审结" in told


def test_every_rule_says_what_it_asks_where_it_comes_from_and_how_it_sounds() -> None:
    for id, rule in RULES.items():
        assert rule.id == id
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", id)
        assert all((rule.name, rule.english, rule.description, rule.source, rule.example))


def test_an_unknown_rule_cannot_be_found() -> None:
    with pytest.raises(FormError, match=r"no rule called 'shape\.nothing'"):
        rule_of("shape.nothing")
    with pytest.raises(FormError):
        finding("shape.nothing", "…")


def test_a_finding_takes_its_rules_severity() -> None:
    assert finding("narrative.contradicts", "…", cells=["a.b"]) == Finding(
        rule="narrative.contradicts", severity="error", message="…", cells=("a.b",)
    )
    assert finding("narrative.contradicts", "…", severity="info").severity == "info"


def test_rules_and_fields_are_listed() -> None:
    rules = RUN.invoke(app, ["rules"])
    assert rules.exit_code == 0
    assert all(id in rules.stdout for id in RULES)
    listed = RUN.invoke(app, ["rules", "--fields"])
    assert "applications" in listed.stdout
    keys = {metric.key for metric, _ in fields()}
    assert keys == set(metrics_of(form_of("2019"))) | set(metrics_of(form_of("2021")))
    assert RUN.invoke(app, ["rules", "--markdown"]).stdout == rules_markdown()
