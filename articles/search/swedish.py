"""Swedish: lemma, stem, compounds, and words typed without å, ä and ö.

A word is looked up in simplemma's dictionary, then stemmed by Snowball, so that forms which neither joins alone
come together (böckerna → bok; förskolan, förskolor → förskol). The dictionary is read as a compressed stream.
Reading everything takes 0.8 s of one core and 53 MB (as a plain dict the lemmas alone took 94 MB): it happens at the
first Swedish word, and a live process calls `warm()` in a thread when it starts.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from threading import Lock

import snowballstemmer

from .compounds import CompoundSplitter
from .languages import KEPT_WORDS, USUAL, read_pairs, read_words
from .tokens import fold

# A form that takes one of these endings and leads back to itself is a base form, even where the dictionary takes it
# for a verb: "snö" (the dictionary: snöa), "nämnd" (nämna), "bad" (bada), "känd".
_ENDINGS_OF_BASE_FORMS = ("en", "et", "n", "t")


class Swedish:
    """See `languages.Language`."""

    code = "sv"

    def __init__(self) -> None:
        self.stop_words = frozenset(read_words("sv_stop_words.txt"))
        self._overrides = read_pairs("sv_lemmas.txt")
        self._snowball = snowballstemmer.stemmer("swedish")
        self._lock = Lock()  # a snowball stemmer works in its own attributes
        self.stems = lru_cache(maxsize=KEPT_WORDS)(self._stems)
        self.asked = lru_cache(maxsize=KEPT_WORDS)(self._asked)
        self.lemma = lru_cache(maxsize=KEPT_WORDS)(self._lemma)

    def _stems(self, word: str) -> tuple[str, ...]:
        main = self._stem(self.lemma(word))
        return tuple(dict.fromkeys((main, fold(main), self._stem(fold(word)))))

    def _asked(self, word: str) -> tuple[str, ...]:
        forms = [self._stem(self.lemma(word))]
        if word.isascii():
            forms.append(self._stem(word))
            dotted = self._splitter.dotted(word)
            if dotted != word:
                forms.append(self._stem(self.lemma(dotted)))
        return tuple(dict.fromkeys(forms))

    def parts(self, word: str) -> tuple[str, ...]:
        return self._splitter.split(word)

    def usual(self, word: str) -> bool:
        return self._splitter.frequency(word) >= USUAL and self._splitter.dotted(word) == word

    def warm(self) -> None:
        self.asked("forskoleplats")
        self.parts("förskoleplats")

    def _stem(self, word: str) -> str:
        with self._lock:
            stem: str = self._snowball.stemWord(word)
        return stem

    def _lemma(self, word: str) -> str:
        """The dictionary form; the word itself where the dictionary has none, or an unlikely one."""
        if word in self._overrides:
            return self._overrides[word]
        lemma = self._dictionary.get(word)
        if not lemma or lemma == word:
            return word
        lemma = lemma.lower()
        # "bättre" is not "bra" to a reader, nor "krim" "kriminalpolis".
        if not lemma.isalpha() or lemma[0] != word[0] or len(lemma) > len(word) + 2:
            return word
        if any(self._dictionary.get(word + ending) == word for ending in _ENDINGS_OF_BASE_FORMS):
            return word
        return lemma

    @cached_property
    def _dictionary(self):  # type: ignore[no-untyped-def]
        """Word → lemma, 964,000 of them."""
        from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

        return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary("sv")

    @cached_property
    def _splitter(self) -> CompoundSplitter:
        import wordfreq

        splitter = CompoundSplitter(wordfreq.get_frequency_dict("sv", "best"), self.lemma)
        # wordfreq would keep all its words (35 MB) for ever; the splitter needs the usual ones.
        wordfreq.get_frequency_dict.cache_clear()
        wordfreq.get_frequency_list.cache_clear()
        return splitter
