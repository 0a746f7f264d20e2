"""What a user pool must do, end to end: every scenario is a specification line.

A scenario uses the plugin's fixtures and the public names of :mod:`harness` and nothing else, so
that it means the same on every target. What a pool *should* do is worked out in
:mod:`scenarios.support.expectations` and :mod:`scenarios.support.refusals` from Cognito's
documented and measured behavior. Over which pools a scenario runs is said by
:func:`scenarios.support.variants.varied`.
"""
