//! How far along is the run? Bars on a terminal, silence elsewhere.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Where bars are shown, if anywhere.
#[derive(Debug, Clone)]
pub struct Progress {
    bars: MultiProgress,
}

impl Progress {
    /// Shows bars on standard error; indicatif itself hides them where that is no terminal.
    pub fn on_terminal() -> Progress {
        Progress { bars: MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(8)) }
    }

    /// Shows nothing.
    pub fn silent() -> Progress {
        Progress { bars: MultiProgress::with_draw_target(ProgressDrawTarget::hidden()) }
    }

    /// Opens a bar for a room that will go through `n_steps` steps; 0 where it is not known.
    pub fn bar(&self, room: &'static str, n_steps: u64) -> Bar {
        let (template, bar) = if n_steps == 0 {
            ("{prefix:>12} {spinner} {human_pos}", ProgressBar::new_spinner())
        } else {
            ("{prefix:>12} [{bar:30}] {human_pos}/{human_len}", ProgressBar::new(n_steps))
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        let bar = self.bars.add(bar.with_style(style).with_prefix(room));
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Bar(bar)
    }
}

/// A bar; it clears itself when dropped.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// Moves on; cheap enough for a hot loop's every thousandth step, not for each.
    pub fn advance(&self, n_steps: u64) {
        self.0.inc(n_steps);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
