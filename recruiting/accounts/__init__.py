"""Staff: who they are, how they sign in, what they may do.

Words: user (a member of staff who signs in, never a candidate), role, permission, session.
Leaves to others: which applications a hiring manager may see (pipeline).
"""
