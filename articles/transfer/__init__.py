"""Articles in and out: folders and archives of Markdown, HTML, DOCX and ODT become articles, and articles files.

`importer.Importer` does an import, `exporter.export` an export; `jobs.run_next` does the imports that people asked
for in the web page. Everything is written through `articles.actions`, with the rights of the person who asked.
"""
