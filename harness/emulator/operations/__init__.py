"""The operations, one module per theme; `table` lists them all."""
