"""Privacy: what we hold of candidates, for how long, what they allow, and what they ask to erase.

Words: document (a file that came with a mail of theirs), inventory (which documents a mail holds),
erasure (the wish that their data be deleted, and what a person decided), consent (to be asked
again from a day on). Leaves to others: the mails (messages), what a candidate may know (answers).
"""
