"""Reports on a run, each made from its record alone: terminal, HTML, Markdown, JUnit, JSON."""
