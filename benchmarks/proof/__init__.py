"""The second half of `make calibrate`: kinds of company that make claims go wrong, each with a known truth.

A world (`world`) is drawn into episodes (`draw`), taken through the library's own estimators and rules (`claims`), and
each claim is held against what was planted (`truth`); `summary` and `page` tell what came of it over many companies.
"""
