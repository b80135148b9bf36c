"""Settings of the sites that tests start: the product's own, with passwords that are hashed fast.

Hundreds of sign-ins would otherwise take minutes of nothing but hashing. `make run` is tested with the settings as
they are.
"""

from kbcentre.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
