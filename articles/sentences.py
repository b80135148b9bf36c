"""Where a line of a text ends by itself: one that does not is divided from what follows when both stand on one line."""

ENDS = (".", "!", "?", ":", ";", "…")  # of a sentence, or of what introduces the next line
