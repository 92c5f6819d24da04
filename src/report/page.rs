//! How is a page written that opens anywhere and fetches nothing?

use std::fmt::{self, Display, Write};

/// A piece of a page. Text enters it escaped; only this file and `svg` write marks.
#[derive(Debug, Default)]
pub(super) struct Page {
    body: String,
    contents: Vec<(String, String)>,
}

/// Rows of a table at most.
const N_ROWS_MAX: usize = 60;

/// Text with the marks of HTML taken out of it.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|sign| match sign {
            '&' => formatter.write_str("&amp;"),
            '<' => formatter.write_str("&lt;"),
            '>' => formatter.write_str("&gt;"),
            '"' => formatter.write_str("&quot;"),
            '\'' => formatter.write_str("&#39;"),
            // Control characters, and those that turn the direction of what follows.
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => formatter.write_char(' '),
            other => formatter.write_char(other),
        })
    }
}

/// Shortens a text to so many signs.
pub(super) fn shortened(text: &str, n_signs: usize) -> String {
    if text.chars().count() <= n_signs {
        return text.to_owned();
    }
    text.chars().take(n_signs - 1).chain(['…']).collect()
}

impl Page {
    /// Writes marks as they are: only literals and drawings of `svg` may come here.
    pub(super) fn marks(&mut self, marks: &str) {
        self.body.push_str(marks);
    }

    /// Opens a section that a link can point to.
    pub(super) fn section(&mut self, anchor: &'static str, title: &str) {
        self.contents.push((anchor.to_owned(), title.to_owned()));
        self.write(format_args!("<section id=\"{anchor}\"><h2>{}</h2>", Escaped(title)));
    }

    pub(super) fn end_section(&mut self) {
        self.marks("</section>\n");
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.write(format_args!("<p>{}</p>", Escaped(&shortened(text, 600))));
    }

    /// Writes a sentence that is read first.
    pub(super) fn headline(&mut self, text: &str) {
        self.write(format_args!("<p class=\"headline\">{}</p>", Escaped(&shortened(text, 600))));
    }

    /// Writes a list of sentences, `n_max` at most.
    pub(super) fn sentences(&mut self, sentences: &[String], n_max: usize) {
        self.marks("<ul>");
        for sentence in sentences.iter().take(n_max) {
            self.write(format_args!("<li>{}</li>", Escaped(&shortened(sentence, 400))));
        }
        if sentences.len() > n_max {
            self.write(format_args!("<li>and {} more</li>", sentences.len() - n_max));
        }
        self.marks("</ul>");
    }

    /// Writes a table: the first column holds names, the others numbers; rows beyond
    /// `N_ROWS_MAX` are counted.
    pub(super) fn table(&mut self, caption: &str, header: &[&str], rows: &[Vec<String>]) {
        self.write(format_args!("<table><caption>{}</caption><thead><tr>", Escaped(caption)));
        for name in header {
            self.write(format_args!("<th scope=\"col\">{}</th>", Escaped(name)));
        }
        self.marks("</tr></thead><tbody>");
        for row in rows.iter().take(N_ROWS_MAX) {
            self.marks("<tr>");
            for (place, cell) in row.iter().enumerate() {
                let cell = shortened(cell, 80);
                match place {
                    0 => self.write(format_args!("<th scope=\"row\">{}</th>", Escaped(&cell))),
                    _ => self.write(format_args!("<td>{}</td>", Escaped(&cell))),
                }
            }
            self.marks("</tr>");
        }
        self.marks("</tbody></table>");
        if rows.len() > N_ROWS_MAX {
            self.write(format_args!("<p>and {} more</p>", rows.len() - N_ROWS_MAX));
        }
    }

    fn write(&mut self, marks: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(marks);
    }

    /// Closes the page.
    pub(super) fn finish(self, title: &str, facts: &[String], drill: bool) -> String {
        let mut page = Page::default();
        page.write(format_args!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n\
             <title>{}</title>\n<style>{STYLE}</style></head>\n<body>\n",
            Escaped(title)
        ));
        if drill {
            page.marks(
                "<p class=\"drill\" role=\"note\">DRILL: the incident is invented. \
                 Nobody is to be told anything on the strength of this page.</p>",
            );
        }
        page.write(format_args!("<header><h1>{}</h1><p>", Escaped(title)));
        for (place, fact) in facts.iter().enumerate() {
            let parted = if place > 0 { " · " } else { "" };
            page.write(format_args!("{parted}{}", Escaped(&shortened(fact, 200))));
        }
        page.marks("</p><nav aria-label=\"Contents\"><ul>");
        for (anchor, title) in &self.contents {
            page.write(format_args!("<li><a href=\"#{anchor}\">{}</a></li>", Escaped(title)));
        }
        page.marks("</ul></nav></header>\n<main>\n");
        page.marks(&self.body);
        page.marks("</main>\n</body></html>\n");
        page.body
    }
}

/// Light and dark by the reader's choice, and plain on paper.
const STYLE: &str = "
:root{--paper:#fff;--ink:#1c2430;--soft:#5b6675;--line:#d7dce3;--bar:#2f6db5;--pale:#c3d6ee;\
--mark:#a83a1c;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--paper:#14181e;--ink:#e6e9ee;--soft:#9aa5b4;\
--line:#343c48;--bar:#6ea8e6;--pale:#2b456a;--mark:#f09a7c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem;background:var(--paper);color:var(--ink);\
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
header p,caption,figcaption{color:var(--soft);font-size:.9rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0}
a{color:var(--bar)}
section{border-top:1px solid var(--line)}
.headline{font-size:1.15rem;font-weight:600}
.drill{border:2px solid var(--mark);color:var(--mark);font-weight:700;padding:.5rem 1rem}
figure{margin:1rem 0}
svg{display:block;width:100%;max-width:44rem;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .soft{fill:var(--soft)}
svg .bar{fill:var(--bar)}svg .pale{fill:var(--pale)}
svg .line{fill:none;stroke:var(--bar);stroke-width:2}
svg .axis{stroke:var(--line);stroke-width:1}
table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums;font-size:.9rem}
caption{text-align:left;padding:.25rem 0}
th,td{border-bottom:1px solid var(--line);padding:.2rem .75rem .2rem 0;text-align:right;\
font-weight:400}
thead th{color:var(--soft)}tbody th,thead th:first-child{text-align:left}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--bar:#444;--pale:#ccc;\
--mark:#000}nav{display:none}body{max-width:none;padding:0;font-size:11px}\
section,figure,table{break-inside:avoid}svg *{print-color-adjust:exact}}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_says_is_never_a_mark() {
        let check = |text: &str| Escaped(text).to_string();
        assert_eq!(
            check("<script>alert('x')</script>"),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"
        );
        assert_eq!(check("\" onload=\"x"), "&quot; onload=&quot;x");
        assert_eq!(check("a&b"), "a&amp;b");
        assert_eq!(check("a\u{202e}b\u{0}c"), "a b c");
    }

    #[test]
    fn a_long_name_is_shortened() {
        assert_eq!(shortened("abcdef", 4), "abc…");
        assert_eq!(shortened("äöü", 3), "äöü");
    }
}
