"""Two versions compared: what came, what went, and nothing that was not in them."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given

from articles.documents import DiffRow, diff_inline, diff_rows, from_html, render

from .strategies import DOCUMENTS, examples

Document = dict[str, Any]


def page(html: str) -> str:
    """The page that some HTML becomes."""
    return render(from_html(html).document).html


def inline(old: str, new: str) -> str:
    """The comparison of two pages in one."""
    return diff_inline(page(old), page(new))


def rows(old: str, new: str) -> list[DiffRow]:
    """The comparison of two pages side by side."""
    return diff_rows(page(old), page(new))


def without(tag: str, html: str) -> str:
    """HTML without the marked words of one kind, and without the marks of the other."""
    other = "ins" if tag == "del" else "del"
    return re.sub(rf"</?{other}>", "", re.sub(rf"<{tag}>.*?</{tag}>", "", html, flags=re.DOTALL))


def letters(html: str) -> str:
    """The text of some HTML without white space."""
    return re.sub(r"<[^>]*>|\s", "", html)


def test_changed_words_are_marked_where_they_stood() -> None:
    assert inline("<p>It costs 745 kr per season.</p>", "<p>It costs 760 kr per year.</p>") == (
        "<p>It costs <del>745 </del><ins>760 </ins>kr per <del>season</del><ins>year</ins>.</p>"
    )


def test_side_by_side_each_version_has_its_own_marks() -> None:
    assert rows("<p>same</p><p>It costs 745 kr</p>", "<p>same</p><p>It costs 760 kr</p>") == [
        DiffRow("same", "<p>same</p>", "<p>same</p>"),
        DiffRow("changed", "<p>It costs <del>745 </del>kr</p>", "<p>It costs <ins>760 </ins>kr</p>"),
    ]


def test_blocks_that_came_and_went_stand_alone() -> None:
    assert rows("<p>a</p><h2>gone</h2><p>b</p>", "<p>a</p><p>b</p><pre>new</pre>") == [
        DiffRow("same", "<p>a</p>", "<p>a</p>"),
        DiffRow("removed", "<h2><del>gone</del></h2>", None),
        DiffRow("same", "<p>b</p>", "<p>b</p>"),
        DiffRow("added", None, "<pre><code><ins>new\n</ins></code></pre>"),
    ]


def test_a_passage_for_certain_roles_is_named_in_a_comparison_too() -> None:
    old, new = (f'<p>a</p><section data-roles="waste"><p>{words}</p></section>' for words in ("one", "two"))
    named = '<section data-roles="waste" role="group" aria-label="Only for waste · not for callers">'

    assert named in inline(old, new)
    assert named in str(rows(old, new)[1].left)


def test_list_items_are_compared_one_by_one() -> None:
    assert inline(
        "<ul><li>one</li><li>two</li><li>three</li></ul>", "<ul><li>one</li><li>three</li><li>four</li></ul>"
    ) == ("<ul><li>one</li><li><del>two</del></li><li>three</li><li><ins>four</ins></li></ul>")


def test_rows_of_a_table_are_compared_one_by_one_and_words_stay_in_their_cells() -> None:
    html = inline(
        "<table><tr><th>Day<th>Hours<tr><td>Mon<td>8–16<tr><td>Sun<td>closed</table>",
        "<table><tr><th>Day<th>Hours<tr><td>Mon<td>8–17<tr><td>Sat<td>10–12<tr><td>Sun<td>closed</table>",
    )

    assert "<td>Mon</td><td>8–<del>16</del><ins>17</ins></td>" in html
    assert "<tr><td><ins>Sat</ins></td><td><ins>10–12</ins></td></tr>" in html
    assert "<tr><td>Sun</td><td>closed</td></tr>" in html


def test_a_word_that_became_bold_or_a_link_that_leads_elsewhere_is_a_change() -> None:
    assert inline("<p>a b</p>", "<p>a <b>b</b></p>") == "<p>a <del>b</del><strong><ins>b</ins></strong></p>"
    assert "<ins>form</ins>" in inline('<p><a href="/a">form</a></p>', '<p><a href="/b">form</a></p>')


def test_an_image_that_was_exchanged_is_marked() -> None:
    html = inline('<p>x <img src="/a.png" alt="A"></p>', '<p>x <img src="/b.png" alt="B"></p>')

    assert re.search('<del><img src="/a.png"[^>]*></del><ins><img src="/b.png"', html)


def test_the_lines_of_code_stay_as_they_are() -> None:
    html = inline("<pre>a\n  b\nc</pre>", "<pre>a\n  x\nc</pre>")

    assert html == "<pre><code>a\n  <del>b\n</del><ins>x\n</ins>c\n</code></pre>"


def test_a_few_equal_words_in_a_rewritten_sentence_do_not_make_a_patchwork() -> None:
    html = inline(
        "<p>Call the waste office and ask for a new bin before the season starts.</p>",
        "<p>Use the form on the web and choose a new bin when the season is over.</p>",
    )

    assert html.count("<ins>") < 6


def test_a_comparison_has_no_ids_because_a_page_shows_both_versions() -> None:
    assert "id=" not in inline("<h2>A</h2>", "<h2>A B</h2>")


def test_nothing_unsafe_comes_out_of_a_comparison_whatever_goes_in() -> None:
    bad = '<p onclick="x()">a <script>x()</script><a href="javascript:x()">b</a></p><iframe src="x"></iframe>'

    html = diff_inline("<p>a</p>", bad) + "".join(
        (row.left or "") + (row.right or "") for row in diff_rows(bad, "<p>c")
    )

    assert "x()" not in html
    assert "<iframe" not in html


@given(DOCUMENTS, DOCUMENTS)
@examples(50)
def test_without_its_marks_a_comparison_is_the_old_or_the_new_version(old: Document, new: Document) -> None:
    left, right = render(old).html, render(new).html

    compared = diff_rows(left, right)
    together = diff_inline(left, right)

    shown_left = "".join(row.left or "" for row in compared)
    shown_right = "".join(row.right or "" for row in compared)
    assert "<ins>" not in shown_left
    assert "<del>" not in shown_right
    assert letters(shown_left) == letters(left)
    assert letters(shown_right) == letters(right)
    assert letters(without("del", together)) == letters(right)
    assert sorted(letters(without("ins", together))) == sorted(letters(left))  # what went stands near to where it was


@given(DOCUMENTS)
@examples(20)
def test_a_version_compared_with_itself_has_no_marks(document: Document) -> None:
    html = render(document).html

    assert all(row.kind == "same" for row in diff_rows(html, html))
    assert "<ins>" not in diff_inline(html, html)
    assert "<del>" not in diff_inline(html, html)
