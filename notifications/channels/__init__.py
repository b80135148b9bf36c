"""The ways out of the house: each sends what is due, by itself, so that one that is down keeps no other waiting.

claims.py     takes what is due, so that two senders do not send it twice
checking.py   asks again, at the moment of sending, whether it is wanted and may be known
email.py      one mail for all that is due for a person
push.py       to browsers with their tabs closed
webhooks.py   to chat systems and other programs
outgoing.py   HTTP to addresses that others have chosen
"""
