"""Why a text cannot be engraved as typed, and what the client can do."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.foundation.formats import listed
from services.foundation.refusal import Refusal

from .faces import FACES, SCRIPTS


class Empty(Refusal):
    code = "empty"

    def sentence(self) -> str:
        return _("Please write what we shall engrave.")


class TooManyLines(Refusal):
    """Facts: lines, allowed."""

    code = "too-many-lines"

    def sentence(self) -> str:
        return ngettext(
            "This place takes one line. Please write your text on one line.",
            "This place takes %(allowed)s lines. Please shorten your text.",
            self.facts["allowed"],
        ) % {"allowed": self.facts["allowed"]}


class SymbolUnknown(Refusal):
    """Facts: cluster (the sign whole), repaired (the text with the nearest of our signs, or without it), symbols (ours)."""

    code = "symbol-unknown"

    def sentence(self) -> str:
        return _("We do not engrave %(cluster)s. These signs are drawn for our tools: %(symbols)s.") % {
            "cluster": self.facts["cluster"],
            "symbols": " ".join(self.facts["symbols"]),
        }


class OtherForm(Refusal):
    """Facts: characters (as typed), forms (as Unicode unifies them), repaired."""

    code = "other-form"

    def sentence(self) -> str:
        return _(
            "You typed a compatibility form (%(characters)s) that we can engrave only in its usual form: %(forms)s. "
            "Please choose the usual form if it is the right one."
        ) % {"characters": " ".join(self.facts["characters"]), "forms": " ".join(self.facts["forms"])}


class MarksNotPlaced(Refusal):
    """Facts: clusters (letters with marks that no typeface can place), repaired (the text without those marks)."""

    code = "marks-not-placed"

    def sentence(self) -> str:
        return _(
            "We cannot set the marks of %(clusters)s so that they read well. Please write the letter with one accent, or without."
        ) % {"clusters": " ".join("".join(list(cluster)[:6]) for cluster in self.facts["clusters"][:4])}


class NotInitials(Refusal):
    """Facts: repaired (initials taken from the text, or "")."""

    code = "not-initials"

    def sentence(self) -> str:
        if self.facts["repaired"]:
            return _("A monogram is one to three capital letters. From your text we would take: %(initials)s.") % {
                "initials": self.facts["repaired"]
            }
        return _("A monogram is one to three capital letters. Please write initials, or choose another typeface.")


class HiddenCharacter(Refusal):
    """Facts: name (Unicode's), place (from 1), repaired (the text without it)."""

    code = "hidden-character"

    def sentence(self) -> str:
        return _(
            "Your text holds an invisible character (%(name)s, place %(place)s) that cannot be engraved. "
            "We suggest the text without it: “%(repaired)s”."
        ) % {k: self.facts[k] for k in ("name", "place", "repaired")}


class GlyphMissing(Refusal):
    """Facts: characters, face, faces (codes that have them all)."""

    code = "glyph-missing"

    def sentence(self) -> str:
        characters = " ".join(self.facts["characters"])
        others = self.facts["faces"]
        if others:
            return _("The typeface %(face)s does not have: %(characters)s. Please choose %(others)s.") % {
                "face": FACES[self.facts["face"]].name,
                "characters": characters,
                "others": listed(FACES[code].name for code in others),
            }
        return _("We cannot engrave: %(characters)s. Please leave it out or write it another way.") % {"characters": characters}


class TooLong(Refusal):
    """Facts: percent (of the place at the smallest size), faces that would fit, second_line (a line is left), too_tall."""

    code = "too-long"

    def sentence(self) -> str:
        facts = {"percent": self.facts["percent"], "names": listed(FACES[code].name for code in self.facts["faces"])}
        if self.facts.get("too_tall"):
            if self.facts["faces"]:
                return _("These lines are too tall for the place. Please use fewer lines, or choose %(names)s.") % facts
            return _("These lines are too tall for the place. Please use fewer lines.")
        if self.facts["second_line"]:
            return (
                _(
                    "At the smallest size we engrave, your text fills %(percent)s%% of the place. "
                    "Please shorten it, or put it on two lines."
                )
                % facts
            )
        if self.facts["faces"]:
            return (
                _(
                    "At the smallest size we engrave, your text fills %(percent)s%% of the place. "
                    "Please shorten it, or choose %(names)s."
                )
                % facts
            )
        return _("At the smallest size we engrave, your text fills %(percent)s%% of the place. Please shorten it.") % facts


class NotConfirmed(Refusal):
    code = "not-confirmed"

    def sentence(self) -> str:
        return _("Please check the spelling, then tick both boxes.")


class NotReviewed(Refusal):
    code = "not-reviewed"

    def sentence(self) -> str:
        return _("This is how it will look now. Please look at the proof, then confirm it.")


class ScriptNotTaken(Refusal):
    """Facts: characters, scripts (codes this place takes)."""

    code = "script-not-taken"

    def sentence(self) -> str:
        return _("This place takes %(scripts)s only. Please write this another way: %(characters)s.") % {
            "scripts": listed(SCRIPTS[code] for code in self.facts["scripts"]),
            "characters": " ".join(self.facts["characters"]),
        }


class JobTakenUp(Refusal):
    code = "job-taken-up"

    def sentence(self) -> str:
        return _("The engraver has already taken up this piece. Please ask our client advisers.")


class JobElsewhere(JobTakenUp):
    """What the bench reads where the client reads JobTakenUp. Facts: state (where it is now)."""

    code = "job-elsewhere"

    def sentence(self) -> str:
        from .models import JobState

        return _("This job is “%(state)s” by now; please look at it again.") % {"state": JobState(self.facts["state"]).label}


class CardVoid(JobTakenUp):
    """The client changed the text, or the piece was made anew, since the card was printed; or it is no card of ours."""

    code = "card-void"

    def sentence(self) -> str:
        return _("No job has this code. The card may be void: please look the job up in the list and print its card anew.")


class SizeNotKnown(Refusal):
    """The bench asks for the card of a piece that waits for its size."""

    code = "size-not-known"

    def sentence(self) -> str:
        return _("The client has not confirmed the size yet, so there is no card to print.")


class HeldByColleague(Refusal):
    """Facts: name."""

    code = "held-by-colleague"

    def sentence(self) -> str:
        return _("%(name)s has taken up this job. It is free again once it is put back.") % self.facts


class PhotoNotReady(Refusal):
    """Facts: trouble (True when it could not be read)."""

    code = "photo-not-ready"

    def sentence(self) -> str:
        if self.facts["trouble"]:
            return _("The photograph cannot be read. Please take another.")
        return _("The photograph is being prepared. Please try again in a moment.")


class LettersOpen(Refusal):
    """Facts: letters (those not confirmed)."""

    code = "letters-open"

    def sentence(self) -> str:
        return _("Please compare every letter with the piece and confirm it. Still open: %(letters)s.") % {
            "letters": " ".join(self.facts["letters"])
        }


class ReasonMissing(Refusal):
    code = "reason-missing"

    def sentence(self) -> str:
        return _("Please say why it failed.")


class PieceMissing(Refusal):
    """The line has several pieces. Facts: none."""

    code = "piece-missing"

    def sentence(self) -> str:
        return _("Please say which piece is spoiled.")


class NoPieceYet(Refusal):
    code = "no-piece-yet"

    def sentence(self) -> str:
        return _("There is still no piece in stock with which to begin anew.")


class SamePerson(Refusal):
    code = "same-person"

    def sentence(self) -> str:
        return _("Whoever engraved a piece does not inspect it: please ask a colleague.")


class BenchFull(Refusal):
    code = "bench-full"

    def sentence(self) -> str:
        return _("Our engravers have no day left at the moment. Please ask our client advisers, or order the piece without it.")


class TooManyLinks(Refusal):
    """Facts: most."""

    code = "too-many-links"

    def sentence(self) -> str:
        return _("%(most)s links to this proof are open already. Please use one of them, or take one back first.") % self.facts


class LookEnded(Refusal):
    """The text was changed or left out since the link was made."""

    code = "look-ended"

    def sentence(self) -> str:
        return _("The engraving has been changed since this link was made. Please ask for a new one.")


class NameMissing(Refusal):
    code = "name-missing"

    def sentence(self) -> str:
        return _("Please write your name, so that it is known who has looked.")


class NoteMissing(Refusal):
    code = "note-missing"

    def sentence(self) -> str:
        return _("Please write what we should look at again.")


class AnsweredOften(Refusal):
    code = "answered-often"

    def sentence(self) -> str:
        return _("Your answer has been changed several times already. Please speak with whoever sent you this link.")


class WordRefused(Refusal):
    """Facts: word (as the rule has it), reason (a sentence of the house's, in the active language)."""

    code = "word-refused"

    def sentence(self) -> str:
        return _(
            "We would rather not engrave “%(word)s”: %(reason)s "
            "Please write it another way, or ask one of us to look at your text."
        ) % {"word": self.facts["word"], "reason": self.facts["reason"]}


class TooManyAppeals(Refusal):
    code = "too-many-appeals"

    def sentence(self) -> str:
        return _("We have several questions of yours already and answer them first. Please call us if it cannot wait.")


class AppealDecided(Refusal):
    """What staff read. Facts: state (label)."""

    code = "appeal-decided"

    def sentence(self) -> str:
        return _("A colleague has decided this already: %(state)s.") % self.facts


class AnswerMissing(Refusal):
    code = "answer-missing"

    def sentence(self) -> str:
        return _("Please write to the client why.")


class DrawingRefused(Refusal):
    """A drawing that staff uploaded is no place for an engraving. Facts: why, name (of a shape, perhaps)."""

    code = "drawing-refused"

    def sentence(self) -> str:
        said = {
            "heavy": _("The file is larger than we read. Please leave out everything but the place and its keep-outs."),
            "no-svg": _("The file is not an SVG drawing."),
            "doctype": _("The file holds a DOCTYPE or entities. Please save it as plain SVG."),
            "no-scale": _(
                "The drawing does not say its size. Please give the page a width in mm or cm and a viewBox of the same shape."
            ),
            "no-outline": _("No shape is called “outline”. Please name the edge of the place so, by its id or its layer."),
            "outlines": _("Several shapes are called “outline”. Please leave one."),
            "kind": _("“%(name)s” does not say what it is: keep-out-hallmark, keep-out-stone, keep-out-edge or keep-out-hinge."),
            "shape": _("“%(name)s” is neither path, rectangle, circle, ellipse nor polygon. Please turn it into a path."),
            "numbers": _("“%(name)s” holds numbers or a transformation that cannot be read."),
            "open": _("“%(name)s” is not closed. Please close the path."),
            "crossing": _("“%(name)s” crosses itself, or has a hole. Please draw it as one plain shape."),
            "corners": _("“%(name)s” has more corners than we keep. Please draw it more simply."),
            "outside": _("“%(name)s” lies outside the outline."),
            "many": _("There are more keep-outs than we keep. Please draw neighbours as one."),
            "large": _("The outline is larger than a metre, or smaller than a millimetre. Please look at the scale of the page."),
            "arc": _("A place on an arc is given by radius and sweep, not by a drawing."),
            "sizes": _(
                "The length of this place follows the size of the piece, which no single drawing shows. Please write its numbers."
            ),
            "stale": _("This page is too old. Please upload the drawing again."),
        }
        return said[self.facts["why"]] % {"name": self.facts.get("name", "")}
