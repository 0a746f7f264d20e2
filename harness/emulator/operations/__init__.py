"""The operations, one module per topic; `table` lists them all."""
