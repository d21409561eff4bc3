"""What our mails say where no administrator has changed it: subject and body, by language (pure).

Each thanks, asks one question at most, makes a no easy, and neither blames nor threatens; a test
holds that. Words in braces are filled in, see `fields.py`. A paragraph whose link is not there
falls away, so each link has a paragraph of its own. English greets by the first name, German, which
is formal and does not know Frau from Herr, by the whole name.
"""

from __future__ import annotations

# Name -> language -> (subject, body).
DEFAULTS: dict[str, dict[str, tuple[str, str]]] = {
    "follow_up_1": {
        "en": (
            "{job}: a short word from you",
            """Hello {first_name},

thank you for your interest in {job} at {employer}. On {asked_on} we wrote to you; perhaps our \
mail got lost.

Are you still interested? A yes, “I need more time” and “no, thank you” are all fine; you need \
give no reason.

One tap is enough:
{answer_link}

Where your application stands, and more you can tell us:
{status_link}

You can also just reply to this mail.

Kind regards
{sender}
{employer}

If you would rather not get such mails from us:
{stop_link}""",
        ),
        "de": (
            "{job}: eine kurze Nachricht von Ihnen",
            """Guten Tag {name},

vielen Dank für Ihr Interesse an der Stelle {job} bei {employer}. Am {asked_on} haben wir Ihnen \
geschrieben; vielleicht ist unsere Mail verloren gegangen.

Sind Sie weiterhin interessiert? Ein Ja, „ich brauche mehr Zeit“ und „nein, danke“ sind alle in \
Ordnung; einen Grund brauchen Sie nicht zu nennen.

Ein Tipp genügt:
{answer_link}

Wo Ihre Bewerbung steht und was Sie uns noch sagen können:
{status_link}

Sie können auch einfach auf diese Mail antworten.

Freundliche Grüße
{sender}
{employer}

Falls Sie solche Mails von uns nicht mehr bekommen möchten:
{stop_link}""",
        ),
    },
    "follow_up_2": {
        "en": (
            "{job}: our question of {asked_on}",
            """Hello {first_name},

my name is {sender}, and I look after your application for {job}. Thank you for the time you have \
given us. Our question of {asked_on} is still open.

How would you like to go on? A plain “yes”, “later” or “no, thank you” helps me, and each of them \
is fine. If something on our side is in the way, I should like to know it.

One tap is enough:
{answer_link}

Where your application stands, and more you can tell us:
{status_link}

You can also just reply to me.

Kind regards
{sender}
{employer}

If you would rather not get such mails from us:
{stop_link}""",
        ),
        "de": (
            "{job}: unsere Frage vom {asked_on}",
            """Guten Tag {name},

mein Name ist {sender}, ich betreue Ihre Bewerbung für {job}. Danke für die Zeit, die Sie uns \
geschenkt haben. Unsere Frage vom {asked_on} ist noch offen.

Wie möchten Sie weitermachen? Ein einfaches „ja“, „später“ oder „nein, danke“ hilft mir, und jedes \
davon ist in Ordnung. Falls etwas auf unserer Seite im Weg steht, wüsste ich es gern.

Ein Tipp genügt:
{answer_link}

Wo Ihre Bewerbung steht und was Sie uns noch sagen können:
{status_link}

Sie können mir auch einfach antworten.

Freundliche Grüße
{sender}
{employer}

Falls Sie solche Mails von uns nicht mehr bekommen möchten:
{stop_link}""",
        ),
    },
    "closing": {
        "en": (
            "{job}: thank you, and all the best",
            """Hello {first_name},

thank you for your interest in {job} and for the time you gave us. As we have heard nothing \
further, we now close your application. Nothing speaks against applying again.

If this is wrong, or you would like to go on, one tap opens it again; if you would rather not go \
on, there is nothing to do:
{reopen_link}

Where your application stands, and more you can tell us:
{status_link}

If you like, tell us what we could do better, in five short questions:
{feedback_link}

All the best
{sender}
{employer}

If you would rather not get mails from us:
{stop_link}""",
        ),
        "de": (
            "{job}: vielen Dank und alles Gute",
            """Guten Tag {name},

vielen Dank für Ihr Interesse an der Stelle {job} und für Ihre Zeit. Da wir nichts weiter gehört \
haben, schließen wir Ihre Bewerbung nun ab. Einer neuen Bewerbung steht nichts im Weg.

Falls das nicht stimmt oder Sie weitermachen möchten, öffnet ein Tipp sie wieder; falls Sie nicht \
weitermachen möchten, ist nichts zu tun:
{reopen_link}

Wo Ihre Bewerbung steht und was Sie uns noch sagen können:
{status_link}

Wenn Sie mögen, sagen Sie uns in fünf kurzen Fragen, was wir besser machen können:
{feedback_link}

Alles Gute
{sender}
{employer}

Falls Sie von uns keine Mails mehr bekommen möchten:
{stop_link}""",
        ),
    },
    "delay": {
        "en": (
            "{job}: our answer takes a little longer",
            """Hello {first_name},

thank you for your patience. Our answer on your application for {job} takes longer than we \
promised, and we are sorry about that.

You will hear from us by {promised_on} at the latest; there is nothing you need to do. If you \
would rather not wait, a short word is enough.

With one tap:
{answer_link}

Where your application stands, and more you can tell us:
{status_link}

Kind regards
{sender}
{employer}

If you would rather not get mails from us:
{stop_link}""",
        ),
        "de": (
            "{job}: unsere Antwort braucht etwas länger",
            """Guten Tag {name},

vielen Dank für Ihre Geduld. Unsere Antwort auf Ihre Bewerbung für {job} braucht länger als \
versprochen, und das tut uns leid.

Sie hören spätestens am {promised_on} von uns; Sie brauchen nichts weiter zu tun. Falls Sie nicht \
warten möchten, genügt ein kurzes Wort.

Mit einem Tipp:
{answer_link}

Wo Ihre Bewerbung steht und was Sie uns noch sagen können:
{status_link}

Freundliche Grüße
{sender}
{employer}

Falls Sie von uns keine Mails mehr bekommen möchten:
{stop_link}""",
        ),
    },
    "fresh_link": {
        "en": (
            "{job}: your new link",
            """Hello {first_name},

thank you for getting in touch. Here is the new link that you have just asked for. It leads to \
the page about {job} on which you tell us how to go on; “no, thank you” is fine, too.

{answer_link}

If it was not you who asked, there is nothing to do.

Kind regards
{employer}

If you would rather not get mails from us:
{stop_link}""",
        ),
        "de": (
            "{job}: Ihr neuer Link",
            """Guten Tag {name},

vielen Dank, dass Sie sich melden. Hier ist der neue Link, um den Sie gerade gebeten haben. Er \
führt zu der Seite zur Stelle {job}, auf der Sie uns sagen, wie es weitergehen soll; ein „nein, \
danke“ ist auch in Ordnung.

{answer_link}

Falls Sie nicht darum gebeten haben, ist nichts zu tun.

Freundliche Grüße
{employer}

Falls Sie von uns keine Mails mehr bekommen möchten:
{stop_link}""",
        ),
    },
    "reminder": {
        "en": (
            "Candidates wait for a word of ours",
            """Good day {first_name},

thank you for looking after our candidates. These wait for a word of ours, those that wait \
longest first:

{waiting}

If it takes longer, tell them until when: each page has a button for it.

{employer}""",
        ),
        "de": (
            "Es wird auf ein Wort von uns gewartet",
            """Guten Tag {name},

vielen Dank, dass Sie sich um unsere Bewerbungen kümmern. Bei diesen wird auf ein Wort von uns \
gewartet, am längsten wartende zuerst:

{waiting}

Falls es länger dauert, nennen Sie einen Tag, bis zu dem wir antworten: Jede Seite hat dafür eine \
Schaltfläche.

{employer}""",
        ),
    },
    "confided": {
        "en": (
            "There is something for you to read",
            """Good day {first_name},

there is something in Heardback that is for you to read. Please sign in:
{home}

{employer}""",
        ),
        "de": (
            "Es gibt etwas für Sie zu lesen",
            """Guten Tag {name},

in Heardback gibt es etwas, das für Sie bestimmt ist. Bitte melden Sie sich an:
{home}

{employer}""",
        ),
    },
}
