"""Answers: what a candidate says with one tap, behind a signed link in one of our mails.

Words: answer (still interested, more time, later, withdraw, go on), stop. A page is shown by GET
and acts by POST alone. What an answer means for the turn is left to `pipeline`; which mail holds
the link to `messages` and `silence`; exit feedback, which asks why, to `feedback`.
"""
