"""Deciding who is told of what: from one event to rows for people.

kinds.py        the table: for each kind of event who is told by default, in which channels, and in which words
rules.py        who those people are, each rule one question to the database
recipients.py   one event → who is told, why, and when on which channel
schedule.py     when "hourly" and "daily" are, and when somebody wants quiet
searches.py     which followed searches an article answers
preview.py      what some settings would have meant last week; week.py asks the rules of one person about many events
"""
