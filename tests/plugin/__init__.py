"""The plugin: settings, options, markers, fixtures, reports, xdist."""
