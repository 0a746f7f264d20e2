"""The plugin of moto's run. It is imported without a package: in that run, `tests` is moto's."""
