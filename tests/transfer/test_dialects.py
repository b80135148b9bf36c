"""What other Markdown says that CommonMark does not."""

from __future__ import annotations

from articles import documents
from articles.transfer.dialects import Dialects


def read(text: str) -> tuple[Dialects, str]:
    dialects = Dialects()
    document = dialects.settle(documents.from_markdown(dialects.prepare(text)).document)
    documents.check_document(document)
    return dialects, documents.render(document).html


def test_the_id_of_a_heading_is_known_and_not_shown() -> None:
    dialects, html = read("# One\n\n## Set up {#set-up-phase}\n\n## \\#help {##help}\n\n### No id\n")
    assert dialects.anchors == {"set-up-phase": 1, "#help": 2}
    assert ">Set up</h" in html
    assert "{" not in html


def test_html_anchors_count_for_the_heading_above_them() -> None:
    dialects, html = read('## A\n\n<a name="old"></a>Text\n\n<h3 id="b-id">B</h3>\n')
    assert dialects.anchors == {"old": 0, "b-id": 1}
    assert "kbanchor" not in html


def test_classes_after_links_and_words_are_gone() -> None:
    _dialects, html = read("[More](https://a.se/){.button} and **b**{: .c} and `{.code}`\n\n{: .note}\nText\n")
    assert "button" not in html
    assert "<code>{.code}</code>" in html
    assert "note" not in html


def test_markdown_inside_html_is_read() -> None:
    _dialects, html = read('<div class="a"\n markdown=1>\nSome *text*\n\n- item\n</div>\n')
    assert "<em>text</em>" in html
    assert "<li>item</li>" in html


def test_details_with_markdown_keep_their_summary() -> None:
    _dialects, html = read('<details markdown="block">\n<summary>More</summary>\n\n- **one**\n\n</details>\n')
    assert "<summary>More</summary>" in html
    assert "<strong>one</strong>" in html


def test_footnotes_become_a_list_at_the_end_and_that_is_told() -> None:
    text = "One[^b] two[^a] three[^b].\n\n[^a]: Note A\n    goes on\n[^b]: [Note](https://b.se)\n\nEnd.\n"
    dialects, html = read(text)
    assert "One<sup>1</sup> two<sup>2</sup> three<sup>1</sup>" in html
    assert html.endswith('rel="noopener noreferrer">Note</a></li><li>Note A goes on</li></ol>')
    assert html.index("End.") < html.index("<hr>")
    assert dialects.losses == ["Footnotes became a list at the end; their numbers are no links."]


def test_the_button_of_an_accordion_is_a_heading_and_no_loss() -> None:
    html = '<h3 class="a">\n<button type="button"\n aria-expanded="true">\nStep 1: Join\n</button>\n</h3>\n'
    converted = documents.from_markdown(Dialects().prepare(html))
    assert '<h3 id="step-1-join">Step 1: Join</h3>' in documents.render(converted.document).html
    assert converted.losses == []


def test_code_is_left_alone() -> None:
    text = '```\n## A {#b}\n<h2 id="c">\nx[^1]\n```\n\n`[^1]: x`\n'
    dialects, html = read(text)
    assert "## A {#b}" in html
    assert dialects.anchors == {}
