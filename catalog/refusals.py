from django.utils.translation import gettext as _

from services.foundation.formats import listed, money
from services.foundation.refusal import Refusal


class ForbiddenWords(Refusal):
    """Facts: rules (broken, of `catalog.wording`)."""

    code = "forbidden-words"

    def sentence(self) -> str:
        said = [
            _("“%(word)s” may not stand in this text. %(reason)s Please ask %(owner)s.")
            % {"word": rule.word, "reason": rule.reason, "owner": rule.owner}
            for rule in self.facts["rules"]
        ]
        return " ".join(said)


class OwnProposal(Refusal):
    code = "own-proposal"

    def sentence(self) -> str:
        return _("You proposed this yourself. Please ask a colleague to look at it.")


class NotYours(Refusal):
    code = "not-yours"

    def sentence(self) -> str:
        return _("Only the person who proposed this can take it back. You may decline it instead.")


class AlreadyDecided(Refusal):
    """Facts: state (its label)."""

    code = "already-decided"

    def sentence(self) -> str:
        return _("This proposal is already decided: %(state)s.") % self.facts


class ReasonMissing(Refusal):
    code = "reason-missing"

    def sentence(self) -> str:
        return _("Please say why, so that the colleague can propose something better.")


class Overtaken(Refusal):
    """Facts: names (of what has changed since)."""

    code = "overtaken"

    def sentence(self) -> str:
        names = listed(self.facts["names"])
        return _("What stood here when this was proposed has changed since: %(names)s. Please decline it and propose anew.") % {
            "names": names
        }


class Gone(Refusal):
    """Facts: name."""

    code = "gone"

    def sentence(self) -> str:
        return _("“%(name)s” was removed since. Please decline this proposal.") % self.facts


class NotAsItShould(Refusal):
    """Facts: sentences (of the forms, which would no longer let it pass)."""

    code = "not-as-it-should"

    def sentence(self) -> str:
        return _("This no longer fits what stands here: %(sentences)s Please decline it and propose anew.") % {
            "sentences": " ".join(self.facts["sentences"])
        }


class ViewsMissing(NotAsItShould):
    """Facts: views (in words)."""

    code = "views-missing"

    def sentence(self) -> str:
        return _("This piece cannot be public yet. Missing: %(views)s. Please upload what is missing first.") % self.facts


class MomentTaken(Refusal):
    code = "moment-taken"

    def sentence(self) -> str:
        return _("A price of this region begins at that very moment already. Please choose another one.")


class NotPositive(Refusal):
    code = "not-positive"

    def sentence(self) -> str:
        return _("A price is more than nothing. Please write an amount.")


class NothingBefore(Refusal):
    code = "nothing-before"

    def sentence(self) -> str:
        return _("This variant had no price in this region before, so nothing is reduced. Please take the mark away.")


class NotLower(Refusal):
    """Facts: lowest, currency."""

    code = "not-lower"

    def sentence(self) -> str:
        facts = {"lowest": money(self.facts["lowest"], self.facts["currency"])}
        return _("A reduction must be lower than the lowest price of the 30 days before it, which is %(lowest)s.") % facts


class SizeUnknown(Refusal):
    code = "size-unknown"

    def sentence(self) -> str:
        return _("Please choose one of our sizes.")


class SizesFull(Refusal):
    """Facts: most."""

    code = "sizes-full"

    def sentence(self) -> str:
        return _("We keep up to %(most)s sizes for you. Please take one off first.") % self.facts


class NameTooLong(Refusal):
    """Facts: most."""

    code = "name-too-long"

    def sentence(self) -> str:
        return _("Please shorten this to %(most)s characters.") % self.facts
