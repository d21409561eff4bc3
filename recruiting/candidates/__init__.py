"""Persons who have applied or were approached, and the addresses that reach them.

Words: candidate, address. Leaves to others: what became of them in a job (pipeline).
"""
