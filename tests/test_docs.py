"""The documents: their Python blocks run, their links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(p for p in DOCS.rglob("*.md") if "_build" not in p.parts)
BLOCK = re.compile(r"^```(?:python|\{code-cell\} ipython3)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
# Pages whose blocks take more than a few seconds.
SLOW = {"sampling.md", "studies.md", "phases.md"}


def name(page):
    return str(page.relative_to(DOCS))


def pages_with_code():
    for page in PAGES:
        if BLOCK.search(page.read_text(encoding="utf-8")):
            marks = [pytest.mark.slow] if page.name in SLOW else []
            yield pytest.param(page, marks=marks, id=name(page))


@pytest.mark.parametrize("page", list(pages_with_code()))
def test_python_blocks_run_in_order(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # what an example writes, it writes there
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    namespace = {"__name__": "__main__"}
    for number, block in enumerate(blocks, start=1):
        if ">>>" in block:
            continue  # a session: checked as a doctest where it matters
        code = compile(block, f"{name(page)}, block {number}", "exec")
        exec(code, namespace)  # noqa: S102 - the project's own documents


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target


def test_every_page_is_in_the_table_of_contents():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = {line.strip() for line in index.splitlines()}
    for page in PAGES:
        if page.name != "index.md":
            assert name(page).removesuffix(".md") in listed, name(page)
