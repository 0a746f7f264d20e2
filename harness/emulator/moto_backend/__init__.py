"""The seam to moto: the only place that imports it, with two files of the server."""
