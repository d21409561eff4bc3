"""Demonstration data: nine months of a believable employer, ending now.

One seed and one moment give one journal. `employer` and `people` say who; `scenes` and `silences`
make up the stories of `past`, `present` and `fading`; `casting` says how often each is told,
`placing` and `times` when, `telling` in which words (`texts/`); `fill` writes it all.
Every mail address is of a reserved domain, every phone number of a range set aside for fiction.
"""
