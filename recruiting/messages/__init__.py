"""Messages: what was written, out and in: outbox, inbox, wording, delivery, bounces.

A message is the content of one mail. What leaves is a row of the outbox, written in the
transaction of what caused it; what arrives is stored raw before anybody reads it. Only
`mailbox.py` opens sockets. When a follow-up is in order is left to `silence`, whose turn it is
follows from the events that this room records on the timeline.
"""
