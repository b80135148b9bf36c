"""Pages of this app: thin like those of `articles.views`, with the same answers for everything that is refused."""
