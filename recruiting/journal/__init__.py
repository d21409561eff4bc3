"""The journal file: everything that happened, as one CSV that goes in and comes out.

Words: journal, import, export, row, problem (what is wrong with a row, and the remedy).
Leaves to others: what an event means for the turn (pipeline).
"""
