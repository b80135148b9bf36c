"""What can be done from anywhere: the actions that the palette offers, by what a person may do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles.search.tokens import fold, tokenise


@dataclass(frozen=True)
class Action:
    """A place to go to. `more` are other words for it, in both languages; `needs` one of access.site_abilities."""

    label: str | Promise
    url: str
    icon: str
    more: str = ""
    needs: str = ""

    def answers(self, typed: list[str]) -> bool:
        """Whether each typed word begins a word of the label or of the others for it."""
        words = [fold(token.text) for token in tokenise(f"{self.label} {self.more}")]
        return all(any(word.startswith(one) for word in words) for one in typed)


ACTIONS = (
    Action(_("Home"), "/", "house", "start changes news hem ändringar nyheter"),
    Action(_("New article"), "/articles/new/", "file-plus", "write create skriv skapa ny", "create"),
    Action(_("Notifications"), "/notifications/", "bell", "inbox news told aviseringar inkorg"),
    Action(_("Flags"), "/flags/", "flag", "desk board problems reported flaggor tavla ärenden"),
    Action(_("Must-reads"), "/must-reads/", "circle-alert", "confirm read record bekräfta läs måste"),
    Action(_("To review"), "/reviews/", "calendar-clock", "reviews due verify current granska aktuell inaktuell"),
    Action(_("My notes"), "/notes/", "sticky-note", "notes team anteckningar mina"),
    Action(_("What you see first"), "/scope/", "list-filter", "scope topics my choose ämnen mina välj"),
    Action(_("Your suggestions"), "/suggestions/?show=mine", "message-square", "förslag mina"),
    Action(_("Before publication"), "/proposals/", "send", "approve review proposals godkänn granska", "create"),
    Action(_("Suggestions"), "/suggestions/", "message-square", "answer förslag svara", "create"),
    Action(_("Import"), "/import/", "upload", "upload files importera ladda upp filer", "import"),
    Action(_("Notices"), "/notices/", "megaphone", "announce message banner meddelanden driftinfo", "manage"),
    Action(_("Insights"), "/insights/", "chart-column", "numbers statistics searches siffror statistik", "manage"),
    Action(_("What I follow"), "/notifications/follows/", "bell-ring", "follow subscribe följer bevaka"),
    Action(_("What I am told"), "/notifications/settings/", "bell", "mail push settings avisering e-post"),
    Action(_("Preferences"), "/preferences/", "settings", "language theme dark password settings språk tema mörkt"),
    Action(_("Synonyms"), "/synonyms/", "text-search", "words search thesaurus ord sökord synonymer", "manage"),
    Action(_("Help"), "/help/", "circle-help", "guide tour keys shortcuts hjälp tangenter genvägar"),
    Action(_("Status"), "/status/", "activity", "health index worker drift", "manage"),
    Action(_("Administration"), "/admin/", "shield", "admin roles people categories roller", "administer"),
)


def actions_for(abilities: list[str], text: str, most: int) -> list[Action]:
    """The actions that a person may do and that answer what was typed; the first ones when nothing was."""
    typed = [fold(token.text) for token in tokenise(text)]
    may = (action for action in ACTIONS if not action.needs or action.needs in abilities)
    return [action for action in may if action.answers(typed)][:most]
