"""What a document cannot hold is told, in sentences that people understand."""

from __future__ import annotations

import pytest
from django.utils import translation

from articles.documents import from_html, from_markdown, own_images_only, render

from .builders import texts


@pytest.mark.parametrize(
    ("html", "told", "kept"),
    [
        ("<p>x<script>alert(1)</script></p>", "script", "x"),
        ("<style>p {color: red}</style><p>x</p>", "style sheet", "x"),
        ("<p>x</p><svg><title>t</title><path d='M0'/></svg>", "drawing (SVG)", "x"),
        ("<p>x<math><mi>y</mi></math></p>", "formula", "x"),
        ('<p>x</p><iframe src="https://tube.se/1"></iframe>', "https://tube.se/1", "x"),
        ('<video><source src="https://a.se/f.mp4">no film</video>x', "https://a.se/f.mp4", "x"),
        ("<object data='https://a.se/o'>fallback</object>x", "https://a.se/o", "x"),
        ("<noscript>turn it on</noscript>x", "without scripts", "x"),
        ("<template>hidden</template>x", "template", "x"),
        ("<form><label>Name <input name=n></label></form>", "form", "Name"),
        ("<select><option>a</select><textarea>b</textarea>x", "2 form fields", "x"),
        ("<p><button>Send</button></p>", "“Send”", "Send"),
        ("<div hidden>secret</div>x", "hides", "x"),
        ('<p style="display: none">secret</p>x', "hides", "x"),
        ('<p style="color: red">x</p>', "Colours", "x"),
        ('<p onclick="go()">x</p>', "script on an element", "x"),
        ("<p><foo-bar>x</foo-bar></p>", "<foo-bar>", "x"),
        ('<a href="javascript:alert(1)">x</a>', "“x”", "x"),
        ('<a href=" JaVa\tscript&#58;alert(1)">x</a>', "link", "x"),
        ('<a href="data:text/html,x">x</a>', "link", "x"),
        ('<a href="file:///etc/passwd">x</a>', "link", "x"),
        ('<img src="data:image/png;base64,AAAA" alt="A map">x', "“A map”", "x"),
        ('<img src="javascript:x" alt="y">x', "image", "x"),
        ("<img alt='y'>x", "image", "x"),
        ("<pre>x<img src=/a.png alt=y></pre>", "only text can stand", "x"),
        ("<h2>a<ul><li>b</ul></h2>", "plain text", "ab"),
        ("<ul><li><h3>x</h3>y</ul>", "bold text", "xy"),
        ("<dl><dt>x<dd>y</dl>", "definitions", "xy"),
        ("<figure><img src=/a.png><figcaption>x</figcaption></figure>", "caption", "x"),
        ('<abbr title="personal number">pnr</abbr>', "personal number", "pnr"),
        ("<mark>x</mark>", "highlighting", "x"),
        ("<ruby>漢<rt>kan</rt></ruby>", "ruby", "漢(kan)"),
        ("<table><tr><td colspan=1000>x</table>", "spanned", "x"),
        ('<pre><code class="language-€">x</code></pre>', "“€”", "x"),
        ('<aside class="callout" data-kind="party">x</aside>', "“party”", "x"),
        (f'<p><a href="/x" title="{"t" * 3000}">x</a></p>', "too long", "x"),
        ("<p data-roles='waste'>secret</p>x", "certain roles", "x"),
    ],
)
def test_a_loss_is_told_in_a_sentence_and_the_text_around_it_is_kept(html: str, told: str, kept: str) -> None:
    converted = from_html(html)

    assert any(told in sentence for sentence in converted.losses), converted.losses
    assert all(not sentence[0].islower() and sentence.endswith(".") for sentence in converted.losses)
    assert texts(converted.document) == kept


def test_losses_of_one_kind_are_one_sentence_with_a_count_and_a_few_names() -> None:
    html = "".join(f"<foo-{i}>x</foo-{i}>" for i in range(5))

    (sentence,) = from_html(html).losses

    assert sentence.startswith("5 unknown elements")
    assert sentence.count("<foo-") == 3
    assert "…" in sentence


@pytest.mark.parametrize(
    "html",
    [
        "<p>plain</p>",
        "<!-- <script>not there</script> --><p>x</p>",
        "<pre>&lt;script&gt;</pre>",
        '<p title="<iframe>">x</p>',
        "<p>Word<o:p></o:p></p>",
        '<a name="target"></a><a id="top">x</a>',
        "<p>a &amp; b</p><picture><source srcset=/b.webp><img src=/a.png></picture>",
    ],
)
def test_what_is_not_lost_is_not_told(html: str) -> None:
    assert from_html(html).losses == []


def test_nothing_that_runs_reaches_the_page_whatever_was_written() -> None:
    html = (
        '<p onmouseover="x()">a<script>x()</script><img src=x onerror="x()"><a href="javascript:x()">b</a>'
        '<svg onload="x()"></svg><iframe srcdoc="<script>x()</script>"></iframe><style>@import "x"</style></p>'
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x()&gt;">'
    )

    page = render(from_html(html).document).html

    assert "x()" not in page
    assert "<script" not in page


def test_losses_in_markdown_are_told_too() -> None:
    losses = from_markdown(
        "[x](javascript:alert(1)) ![](data:x)\n\n<script>x</script>\n\n::: steps\nnot a list\n:::"
    ).losses

    assert len(losses) == 4
    assert any("::: steps" in sentence for sentence in losses)


def test_losses_are_told_in_the_language_of_the_one_who_imports() -> None:
    with translation.override("sv"):
        assert from_html("<script>x</script>").losses == ["Ett skript utelämnades."]


@pytest.mark.parametrize(
    ("markdown", "shown", "told"),
    [
        (
            "See ![a map](https://example.org/map.png) here",
            '<p>See <a href="https://example.org/map.png" rel="noopener noreferrer">a map</a> here</p>',
            "An image on another web site became a link: “https://example.org/map.png”.",
        ),
        ("![](img/x.png)", "<p>x.png</p>", "An image that is not stored here was left out; its description was kept: “img/x.png”."),
        ("[![map](/media/m.png)](tel:112)", '<p><a href="tel:112">map</a></p>', "not stored here"),
        ("![plan](/articles/7/images/3)", '<p><img src="/articles/7/images/3" alt="plan" loading="lazy" decoding="async"></p>', ""),
    ],
)  # fmt: skip
def test_of_a_text_from_outside_only_stored_images_are_shown(markdown: str, shown: str, told: str) -> None:
    made = own_images_only(from_markdown(markdown))
    assert render(made.document).html == shown
    assert len(made.losses) == bool(told)
    assert told in "".join(made.losses)
