"""One file to one page: title, language, text, and what was lost."""

from __future__ import annotations

import base64

import pytest

from articles import documents
from articles.transfer.pages import Page, humanised, read_page
from articles.transfer.problems import FileFailed, FileSkipped
from articles.transfer.sources import open_source

from .conftest import Folder, png


@pytest.fixture
def page(folder: Folder):
    def read(content: str | bytes, path: str = "the-page.md") -> Page:
        with open_source(folder({path: content})) as source:
            return read_page(source, path)

    return read


def html(page: Page) -> str:
    return documents.render(page.document).html


def levels(page: Page) -> list[int]:
    return [block["attrs"]["level"] for block in page.document["content"] if block["type"] == "heading"]


def test_the_title_is_that_of_the_front_matter(page) -> None:
    made = page("---\ntitle: Sick <em>leave</em> &amp; pay\n---\n## A\n\nText")
    assert made.facts.title == "Sick leave & pay"
    assert levels(made) == [2]


def test_else_it_is_the_first_heading_which_leaves_the_text(page) -> None:
    made = page("Before\n\n# Sick *leave*\n\nText\n\n## A\n")
    assert made.facts.title == "Sick leave"
    assert levels(made) == [2]
    assert "Before" in html(made)


def test_else_it_is_the_name_of_the_file_or_of_its_folder(page) -> None:
    assert page("Text", "sick_leave-rules.md").facts.title == "Sick leave rules"
    assert page("Text", "sick-leave/index.md").facts.title == "Sick leave"
    assert humanised("18f") == "18f"


def test_a_heading_that_repeats_the_title_goes_and_another_one_stays(page) -> None:
    assert levels(page("---\ntitle: Leave\n---\n# leave\n\nText")) == []
    other = page("---\ntitle: Leave\n---\n# Types\n\n## Sick\n")
    assert levels(other) == [2, 3]


def test_several_first_level_headings_move_down(page) -> None:
    made = page("# Title\n\n# One\n\n## Two\n\n###### Six\n")
    assert made.facts.title == "Title"
    assert levels(made) == [2, 3, 6]


def test_anchors_follow_when_the_title_leaves_the_text(page) -> None:
    assert page("# Title {#t}\n\n## A {#a}\n\n## B {#b}\n").anchors == {"a": 0, "b": 1}


def test_a_title_that_is_too_long_is_cut_and_told(page) -> None:
    made = page("---\ntitle: " + "word " * 60 + "\n---\nText")
    assert len(made.facts.title) <= 200
    assert "cut" in made.losses[0]


def test_the_language_is_that_of_the_text_unless_it_is_named(page) -> None:
    assert page("Det här är en sida om sophämtning och hur det går till.").facts.language == "sv"
    assert page("This is a page about waste and how it is collected.").facts.language == "en"
    assert page("---\nlanguage: en\n---\nDet här är en sida om sophämtning.").facts.language == "en"


def test_subtitle_out_of_date_and_questions_become_text(page) -> None:
    head = "title: A\nsubtitle: Step 1\noutdated: true\nquestions: [a@b.se, tools, {text: Book, url: https://x.se}]"
    shown = html(page(f"---\n{head}\n---\nText"))
    assert shown.startswith('<aside class="callout" data-kind="warning"')
    assert "<p><em>Step 1</em></p>" in shown
    assert 'href="mailto:a@b.se"' in shown
    assert "#tools" in shown
    assert '<a href="https://x.se"' in shown


@pytest.mark.parametrize("content", [b"", b"  \n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_left_out(page, content: bytes) -> None:
    with pytest.raises(FileSkipped):
        page(content)


def test_a_page_without_text_is_left_out(page) -> None:
    with pytest.raises(FileSkipped, match="no text"):
        page("---\ntitle: A\n---\n\n# A\n")


def test_a_picture_named_like_a_page_fails(page) -> None:
    with pytest.raises(FileFailed, match="binary"):
        page(png(), "photo.md")


def test_an_enormous_text_fails(page) -> None:
    with pytest.raises((FileFailed, documents.DocumentError)):
        page("word " * 500_000)


def test_byte_order_mark_and_windows_line_ends_do_not_hide_the_front_matter(page) -> None:
    made = page(b"\xef\xbb\xbf---\r\ntitle: A\r\ntags:\r\n- b\r\n---\r\n\r\n## C\r\n\r\nText\r\n")
    assert (made.facts.title, made.facts.tags, levels(made)) == ("A", ["b"], [2])


def test_a_redirect_is_only_an_address(page) -> None:
    made = page("---\ntitle: A\nredirect_to: /b/\nredirect_from: [/c/]\n---\nNever shown")
    assert made.facts.redirect_to == "/b/"
    assert made.facts.addresses == ["/c/"]


# --- HTML -------------------------------------------------------------------------------------------


def test_html_gives_its_main_part_and_not_what_is_around_it(page) -> None:
    made = page(
        '<html lang="sv"><head><title>Sidan – Kommunen</title><meta name="keywords" content="avfall, sopor"></head>'
        "<body><nav><a href='/'>Start</a></nav><main><h1>Sidan</h1><p>Text</p></main><footer>F</footer></body></html>",
        "a.html",
    )
    assert (made.facts.title, made.facts.language, made.facts.tags) == ("Sidan", "sv", ["avfall", "sopor"])
    assert html(made) == "<p>Text</p>"


def test_html_without_a_main_part_loses_its_navigation_and_tells_it(page) -> None:
    made = page("<title>T</title><body><nav>Menu</nav><header><h1>Head</h1></header><p>Text</p></body>", "a.htm")
    assert made.facts.title == "Head"
    assert html(made) == "<p>Text</p>"
    assert "Navigation" in made.losses[0]


def test_of_several_articles_in_a_page_none_is_lost(page) -> None:
    made = page(
        "<body><nav>Menu</nav><h1>Fees</h1><p>Intro that matters.</p>"
        "<article><header><h2>A</h2></header><p>Free.</p></article>"
        "<article><h2>B</h2><p>In need call 112</p><footer>Until May</footer></article><p>Last words.</p></body>",
        "a.html",
    )
    assert made.facts.title == "Fees"
    shown = html(made)
    for words in ("Intro that matters", "A", "Free", "In need call 112", "Until May", "Last words"):
        assert words in shown
    assert made.losses == ["Navigation, page header and page footer were left out."]


def test_text_outside_the_main_part_is_told_with_its_first_words(page) -> None:
    made = page(
        "<title>Fees – City</title><body><a href='#main'>Skip</a><header>City</header><p>In need call 112.</p>"
        "<main id=main><h1>Fees</h1><p>Text</p></main><script>run()</script><div>Write to “us”. <!-- x --></div></body>",
        "a.html",
    )
    assert html(made) == "<p>Text</p>"
    assert made.losses == [
        "Navigation, page header and page footer were left out.",
        "Text outside the main part of the page was left out: “In need call 112. Write to “us'.”.",
    ]


@pytest.mark.parametrize(
    ("around", "told"),
    [
        ("%s", []),
        ("<nav>Menu</nav>%s<footer>Contact</footer>", ["Navigation"]),
        ("<h1>Fees – City</h1>%s", []),  # the title says it
        ("<p>Intro</p>%s", ["“Intro”"]),
        ("%s Last words", ["“Last words”"]),
    ],
)
def test_one_article_is_the_main_part_of_a_page(page, around: str, told: list[str]) -> None:
    one = "<article><p>Text</p><article>A comment</article></article>"
    made = page(f"<title>Fees – City</title><body>{around % one}</body>", "a.html")
    assert html(made) == "<p>Text</p>\n<p>A comment</p>"
    assert len(made.losses) == len(told)
    assert all(words in loss for words, loss in zip(told, made.losses, strict=True))


def test_html_without_a_heading_takes_the_title_of_its_head(page) -> None:
    assert page("<title>From {{ site.name }} the head</title><p>Text</p>", "a.html").facts.title == "From the head"


def test_a_part_of_a_page_is_a_page(page) -> None:
    made = page("<h1>A</h1>Some <b>text</b>", "part.html")
    assert made.facts.title == "A"
    assert html(made) == "<p>Some <strong>text</strong></p>"


def test_html_may_have_front_matter_and_tags_in_attributes(page) -> None:
    made = page('---\ntitle: A\n---\n<p><a href="{% page "/b/" %}">B</a></p>', "a.html")
    assert '<a href="/b/">B</a>' in html(made)


def test_the_page_for_errors_is_no_article(page) -> None:
    with pytest.raises(FileSkipped, match="errors"):
        page("<h1>Not found</h1>", "404.html")


def test_scripts_styles_and_frames_are_left_out_and_told(page) -> None:
    made = page(
        '<p onclick="x()">A</p><script>x</script><iframe src="https://x.se"></iframe><style>p{}</style>', "a.html"
    )
    assert html(made) == "<p>A</p>"
    assert len(made.losses) >= 3


def test_an_image_written_into_the_text_comes_along(page) -> None:
    data = base64.b64encode(png()).decode()
    made = page(f'<p>A <img src="data:image/png;base64,{data}" alt="b"></p>', "a.html")
    assert list(made.attachments.values()) == [png()]
    made = page(f"A ![b](data:image/png;base64,{data})", "b.md")
    assert list(made.attachments.values()) == [png()]
