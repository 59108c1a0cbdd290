"""What only this registry can judge: balance and gaps of the helices, and what else follows from facts together.

Each analysis is defined once, in ``definitions/<id>.toml``: its titles, parameters, columns and sentences in all page
languages, and the named queries it reads. A function of the same id gives the report; library, page, API and command
all show that one report.
"""
