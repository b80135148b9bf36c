"""Where in a page that is drawn once for many people goes what is of one of them. No text holds these characters."""

from django.utils.safestring import SafeString

FOLD = SafeString("\0fold\0")  # whether the details of an article are open
FACTS = SafeString("\0facts\0")  # whether the box of the quick facts need not stand in the text too
STAR = SafeString("\0star\0")  # the star with which somebody keeps an article
