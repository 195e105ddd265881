"""Studies of the examples and their memos, each made once; and a deal with hostile names."""

from functools import cache
from pathlib import Path

from lessor.forecast.claims import check_claim
from lessor.forecast.study import Study, study
from lessor.report.memo.compose import memo_of
from lessor.report.memo.model import Block, Cell, Figures, Memo, Paragraph, Table
from lessor.report.tongues import Language
from lessor.terms.load import require_deal
from lessor.terms.source import FileText

EXAMPLES = Path(__file__).parents[3] / "examples"
DEALS = sorted(path.parent.name for path in EXAMPLES.glob("*/deal.yaml"))
FEW = ("b300-10k", "h200-64", "spv-finance-lease", "token-share", "pflops-1545")

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("x")'
MARKUP = '#image("/etc/passwd") *bold* $x$ _y_ `z` @ref <label> \\ //'
LONG = "N" * 120

HOSTILE = f"""
format: lessor/1
deal: '{SCRIPT}'
lessor: '{MARKUP}'
currency: CNY
closing_date: 2026-01-01
assets:
  servers:
    spec: {{gpus: 8}}
    quantity: 10
    unit_cost: 2_000_000
    depreciation: {{life: 36 months}}
leases:
  first:
    lessee: '{FORMULA}'
    capacity: {{asset: servers, quantity: 10}}
    events: {{signed: 2026-01-01, accepted: 2026-01-01}}
    term: 36 months
    charges:
      base: {{kind: base_rent, amount: 80_000, per: server_month}}
facilities:
  bank:
    kind: term_loan
    lender: '{LONG}'
    principal: 60%
    rate: {{value: 5%, basis: 30/360, compounding: monthly}}
    repayment: {{profile: level, until: lease_end, frequency: monthly}}
"""


@cache
def study_of(name: str) -> Study:
    """An example studied, with the claim beside it."""
    folder = EXAMPLES / name
    claim = folder / "claim.yaml"
    claims = [found for found, _ in [check_claim(claim)] if found] if claim.is_file() else []
    return study(require_deal(folder / "deal.yaml"), claims)


@cache
def memo_for(names: tuple[str, ...], language: Language = "en") -> Memo:
    return memo_of([study_of(name) for name in names], language)


@cache
def hostile_study() -> Study:
    return study(require_deal(FileText("deal.yaml", HOSTILE)))


def blocks(memo: Memo) -> list[Block]:
    return [block for part in memo.parts for section in part.sections for block in section.blocks]


def tables(memo: Memo, title: str) -> list[Table]:
    """The tables whose title begins so."""
    return [b for b in blocks(memo) if isinstance(b, Table) and b.title.startswith(title)]


def cells(memo: Memo) -> list[Cell]:
    return [c for b in blocks(memo) if isinstance(b, Table) for row in b.rows for c in row.cells]


def texts(memo: Memo) -> list[str]:
    """Every text of a memo that a reader sees, without the charts."""
    found = [memo.title, memo.subtitle, memo.contents, memo.made_with]
    for part in memo.parts:
        found += [part.title, *(text for fact in part.facts for text in fact)]
        found += [section.title for section in part.sections]
    for block in blocks(memo):
        if isinstance(block, Table):
            found += [block.title, block.note, *(column.label for column in block.columns)]
        elif isinstance(block, Figures):
            found += [text for each in block.figures for text in (each.label, each.said)]
        elif isinstance(block, Paragraph):
            found += block.lines
    return found + [text for cell in cells(memo) for text in (cell.said, cell.below)]
