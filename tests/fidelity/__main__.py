"""Writes ``docs/fidelity.md``, and the texts of the facts that the package has with it."""

from tests.fidelity.ledger import PAGE, SHIPPED, Ledger, facts, render, shipped

PAGE.write_text(render(Ledger.from_sources()), encoding="utf-8")
SHIPPED.write_text(shipped(facts().values()), encoding="utf-8")
