"""Write ``docs/fidelity.md`` anew."""

from tests.fidelity.ledger import PAGE, Ledger, render

PAGE.write_text(render(Ledger.taken()), encoding="utf-8")
