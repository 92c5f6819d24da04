//! How are numbers drawn?
//!
//! Plain SVG inside the page: no script, colours from the page's style, every bar with its
//! number beside it, so that colour carries nothing alone.

use std::fmt::Write;

use super::page::{Escaped, shortened};

/// A bar: its name, its length, and what is written beside it.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) length: f64,
    pub(super) says: String,
}

const WIDTH: f64 = 700.0;
const ROW: f64 = 24.0;
const NAMES: f64 = 200.0;
const SAID: f64 = 170.0;

/// Draws bars below each other, on a scale that ends at `full` or at the longest bar.
pub(super) fn bars(title: &str, bars: &[Bar], full: Option<f64>) -> String {
    let longest = bars.iter().map(|bar| bar.length).fold(0.0, f64::max);
    let full = full.unwrap_or(longest).max(f64::MIN_POSITIVE);
    let height = ROW * bars.len() as f64;
    let mut drawn = open(title, height);
    let room = WIDTH - NAMES - SAID;
    for (row, bar) in bars.iter().enumerate() {
        let top = ROW * row as f64;
        let length = (bar.length / full).clamp(0.0, 1.0) * room;
        put(
            &mut drawn,
            format_args!(
                "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
             <rect class=\"pale\" x=\"{NAMES:.0}\" y=\"{:.1}\" width=\"{room:.0}\" height=\"16\"/>\
             <rect class=\"bar\" x=\"{NAMES:.0}\" y=\"{:.1}\" width=\"{length:.1}\" height=\"16\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                NAMES - 8.0,
                top + 16.0,
                Escaped(&shortened(&bar.name, 28)),
                top + 4.0,
                top + 4.0,
                NAMES + room + 8.0,
                top + 16.0,
                Escaped(&shortened(&bar.says, 26)),
            ),
        );
    }
    close(drawn, title)
}

/// Draws a curve through equally spaced heights from 0 to 1, with its corners named.
pub(super) fn curve(title: &str, heights: &[f64], across: &str, up: &str) -> String {
    const HEIGHT: f64 = 300.0;
    let (left, right, top, bottom) = (60.0, WIDTH - 20.0, 10.0, HEIGHT - 45.0);
    let mut drawn = open(title, HEIGHT);
    let y = |height: f64| bottom - height.clamp(0.0, 1.0) * (bottom - top);
    for tenths in [0_u8, 2, 4, 6, 8, 10] {
        let part = f64::from(tenths) / 10.0;
        let x = left + part * (right - left);
        put(
            &mut drawn,
            format_args!(
                "<line class=\"axis\" x1=\"{left:.0}\" x2=\"{right:.0}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/>\
             <text class=\"soft\" x=\"{1:.0}\" y=\"{2:.1}\" text-anchor=\"end\">{3} %</text>\
             <text class=\"soft\" x=\"{x:.0}\" y=\"{4:.0}\" text-anchor=\"middle\">{3} %</text>",
                y(part),
                left - 8.0,
                y(part) + 4.0,
                u32::from(tenths) * 10,
                bottom + 18.0,
            ),
        );
    }
    let n_steps = heights.len().saturating_sub(1).max(1) as f64;
    drawn.push_str("<polyline class=\"line\" points=\"");
    for (step, height) in heights.iter().enumerate() {
        let x = left + step as f64 / n_steps * (right - left);
        put(&mut drawn, format_args!("{x:.1},{:.1} ", y(*height)));
    }
    put(
        &mut drawn,
        format_args!(
            "\"/><text class=\"soft\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>\
         <text class=\"soft\" x=\"14\" y=\"{:.0}\" text-anchor=\"middle\" \
         transform=\"rotate(-90 14 {:.0})\">{}</text>",
            f64::midpoint(left, right),
            HEIGHT - 6.0,
            Escaped(across),
            f64::midpoint(top, bottom),
            f64::midpoint(top, bottom),
            Escaped(up),
        ),
    );
    close(drawn, title)
}

fn open(title: &str, height: f64) -> String {
    let mut drawn = String::new();
    put(
        &mut drawn,
        format_args!(
            "<figure><svg viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\" aria-label=\"{}\">",
            Escaped(title)
        ),
    );
    drawn
}

fn close(mut drawn: String, title: &str) -> String {
    put(&mut drawn, format_args!("</svg><figcaption>{}</figcaption></figure>", Escaped(title)));
    drawn
}

fn put(drawn: &mut String, marks: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = drawn.write_fmt(marks);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_of_the_scale() {
        let bar = |length| Bar { name: "n".to_owned(), length, says: "s".to_owned() };
        let drawn = bars("t", &[bar(50.0), bar(100.0)], None);
        assert!(drawn.contains("class=\"bar\" x=\"200\" y=\"4.0\" width=\"165.0\""), "{drawn}");
        assert!(drawn.contains("class=\"bar\" x=\"200\" y=\"28.0\" width=\"330.0\""));
        let halved = bars("t", &[bar(0.5)], Some(1.0));
        assert!(halved.contains("width=\"165.0\""));
    }

    #[test]
    fn nothing_to_draw_is_drawn_without_a_number_that_is_none() {
        let bar = Bar { name: String::new(), length: 0.0, says: String::new() };
        let drawn = bars("t", &[bar], None) + &curve("t", &[], "x", "y");
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
    }
}
