"""Writes ``docs/fidelity.md``."""

from tests.fidelity.ledger import PAGE, Ledger, render

PAGE.write_text(render(Ledger.from_sources()), encoding="utf-8")
