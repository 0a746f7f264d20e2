"""Reports: they take plain records, and can be made again from a file of them."""
