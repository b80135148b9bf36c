"""Working with the keyboard alone, as people do it who cannot use a mouse, or do not want to."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST = 150  # presses: no control of a page is further away
FOCUSED = "node => node === document.activeElement"
# Not below a bar that stays where it is (WCAG 2.2, 2.4.11). A part of it has to be seen, as there.
SEEN = """node => {
    const box = node.getBoundingClientRect(), width = document.documentElement.clientWidth;
    return [.1, .5, .9].some(across => [.1, .5, .9].some(down => {
        const x = Math.min(box.left + box.width * across, width - 1), y = Math.min(box.top + box.height * down, innerHeight - 1);
        const there = document.elementFromPoint(x, y);
        return there && (node.contains(there) || there.contains(node) && there.matches("label"));
    }));
}"""


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until a control has the focus, and see that it can be seen there."""
    target.wait_for()
    for _press in range(MOST):
        if target.evaluate(FOCUSED):
            assert target.evaluate(SEEN), f"covered by something else: {target}"
            return
        page.keyboard.press(key)
    raise AssertionError(f"not reached with {key}: {target}")


def press_on(page: Page, target: Locator, key: str = "Tab") -> None:
    """Go to a link or a button with Tab, and press Enter on it."""
    tab_to(page, target, key)
    page.keyboard.press("Enter")
