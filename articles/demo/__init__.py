"""The demo centre of "Ekholma kommun": people, categories and articles as files, and what loads them.

The files are the truth: `people.yaml`, `content/categories.yaml`, and a Markdown file for each article in the folder
of its category. `source` reads and checks them, `load` puts them into an empty centre through `articles.actions`.
Every person, number and fee is invented; the telephone numbers are from the series that PTS, the Swedish
telecommunications agency, keeps free for fiction (031-390 06 00 to 99).
"""
