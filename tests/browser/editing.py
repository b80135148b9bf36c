"""What people do in the text of the editor, for several tests."""

from __future__ import annotations

from playwright.sync_api import Page


def put_caret(page: Page, words: str) -> None:
    """Place the caret behind some words of the text, as a click does."""
    page.locator(".ProseMirror").evaluate(
        """(editor, words) => {
        const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            editor.focus();
            getSelection().collapse(node, at + words.length);
            return;
        }
        throw new Error(`not in the text: ${words}`); }""",
        words,
    )
