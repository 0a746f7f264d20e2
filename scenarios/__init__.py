"""What a user pool must do, end to end: every scenario is a specification line.

A scenario uses only the plugin's fixtures and the public names of :mod:`harness`, so it means the
same on every target. :mod:`scenarios.support.expectations` and :mod:`scenarios.support.refusals`
work out what a pool *should* do, from Cognito's documented and measured behavior.
:func:`scenarios.support.variants.varied` says over which pools a scenario runs.
"""
