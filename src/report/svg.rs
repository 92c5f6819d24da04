//! How are numbers drawn?
//!
//! Plain SVG inside the page: no script, colours from the page's style, every bar with its
//! number beside it, so that colour carries nothing alone.

use std::fmt::Write;

use super::html::Chart;
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

/// A measure over the latest runs: its name, its values, and what is written beside it.
pub(super) struct Spark<'a> {
    pub(super) name: String,
    pub(super) values: &'a [f64],
    pub(super) says: String,
}

/// Draws small curves below each other, each on a scale of its own from its least to its greatest
/// value.
pub(super) fn sparks(title: &str, sparks: &[Spark<'_>]) -> String {
    let mut drawn = open(title, ROW * sparks.len() as f64);
    let room = WIDTH - NAMES - SAID;
    for (row, spark) in sparks.iter().enumerate() {
        let top = ROW * row as f64;
        let (least, greatest) = spark
            .values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), value| {
                (least.min(*value), greatest.max(*value))
            });
        let span = (greatest - least).max(f64::MIN_POSITIVE);
        let n_steps = spark.values.len().saturating_sub(1).max(1) as f64;
        put(
            &mut drawn,
            format_args!(
                "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
                 <polyline class=\"line\" points=\"",
                NAMES - 8.0,
                top + 16.0,
                Escaped(&shortened(&spark.name, 28)),
            ),
        );
        for (step, value) in spark.values.iter().enumerate() {
            let x = NAMES + step as f64 / n_steps * room;
            // What never changed lies in the middle.
            let height = if greatest > least { (value - least) / span } else { 0.5 };
            put(&mut drawn, format_args!("{x:.1},{:.1} ", top + 20.0 - height * 14.0));
        }
        put(
            &mut drawn,
            format_args!(
                "\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                NAMES + room + 8.0,
                top + 16.0,
                Escaped(&shortened(&spark.says, 26)),
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

/// Draws lines of heights from 0 to 1, each named at its end and with dashes of its own.
pub(super) fn lines(chart: &Chart) -> String {
    const HEIGHT: f64 = 320.0;
    const DASHES: [&str; 4] = ["none", "6 3", "2 3", "8 3 2 3"];
    let (left, right, top, bottom) = (60.0, WIDTH - 110.0, 14.0, HEIGHT - 45.0);
    let mut drawn = open(&chart.title, HEIGHT);
    let (first, last) =
        (chart.at.first().copied().unwrap_or(0.0), chart.at.last().copied().unwrap_or(1.0));
    let span = (last - first).max(f64::MIN_POSITIVE);
    let x = |at: f64| left + ((at - first) / span).clamp(0.0, 1.0) * (right - left);
    let y = |height: f64| bottom - height.clamp(0.0, 1.0) * (bottom - top);
    for tenths in [0_u8, 2, 4, 6, 8, 10] {
        let part = f64::from(tenths) / 10.0;
        let at = first + part * span;
        let digits = usize::from(span <= 5.0);
        put(
            &mut drawn,
            format_args!(
                "<line class=\"axis\" x1=\"{left:.0}\" x2=\"{right:.0}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/>\
             <text class=\"soft\" x=\"{1:.0}\" y=\"{2:.1}\" text-anchor=\"end\">{part:.1}</text>\
             <text class=\"soft\" x=\"{3:.0}\" y=\"{4:.0}\" text-anchor=\"middle\">{at:.digits$}</text>",
                y(part),
                left - 8.0,
                y(part) + 4.0,
                x(at),
                bottom + 18.0,
            ),
        );
    }
    if let Some((at, name)) = &chart.mark {
        put(
            &mut drawn,
            format_args!(
                "<line class=\"axis\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{top:.0}\" y2=\"{bottom:.0}\"/>\
             <text class=\"soft\" x=\"{0:.1}\" y=\"{1:.0}\" text-anchor=\"middle\">{2}</text>",
                x(*at),
                top - 3.0,
                Escaped(name),
            ),
        );
    }
    for (place, (name, heights)) in chart.lines.iter().enumerate() {
        let dashes = DASHES[place % DASHES.len()];
        put(
            &mut drawn,
            format_args!("<polyline class=\"line\" stroke-dasharray=\"{dashes}\" points=\""),
        );
        for (&at, &height) in chart.at.iter().zip(heights) {
            put(&mut drawn, format_args!("{:.1},{:.1} ", x(at), y(height)));
        }
        // Names stand below each other, in the order of the lines, whatever the heights are.
        put(
            &mut drawn,
            format_args!(
                "\"/><line class=\"line\" stroke-dasharray=\"{dashes}\" x1=\"{0:.0}\" x2=\"{1:.0}\" \
             y1=\"{2:.0}\" y2=\"{2:.0}\"/><text x=\"{3:.0}\" y=\"{4:.0}\">{5}</text>",
                right + 8.0,
                right + 28.0,
                top + 6.0 + ROW * place as f64,
                right + 33.0,
                top + 10.0 + ROW * place as f64,
                Escaped(&shortened(name, 12)),
            ),
        );
    }
    put(
        &mut drawn,
        format_args!(
            "<text class=\"soft\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            f64::midpoint(left, right),
            HEIGHT - 6.0,
            Escaped(&chart.across),
        ),
    );
    close(drawn, &chart.title)
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
    fn a_line_runs_from_the_first_point_to_the_last() {
        let chart = Chart {
            at: vec![-2.0, 0.0, 2.0],
            lines: vec![("recall".to_owned(), vec![1.0, 0.5, 0.0])],
            mark: Some((0.0, "here".to_owned())),
            ..Chart::default()
        };
        let drawn = lines(&chart);
        assert!(drawn.contains("points=\"60.0,14.0 325.0,144.5 590.0,275.0 \""), "{drawn}");
        assert!(drawn.contains("x1=\"325.0\""), "{drawn}");
        assert!(!lines(&Chart::default()).contains("NaN"));
    }

    #[test]
    fn nothing_to_draw_is_drawn_without_a_number_that_is_none() {
        let bar = Bar { name: String::new(), length: 0.0, says: String::new() };
        let spark = |values| Spark { name: String::new(), values, says: String::new() };
        let drawn = bars("t", &[bar], None)
            + &curve("t", &[], "x", "y")
            + &sparks("t", &[spark(&[]), spark(&[0.5]), spark(&[0.5, 0.5])]);
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
    }
}
