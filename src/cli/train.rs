//! `headcount train`

use super::args::TrainArguments;
use super::terminal;
use crate::fault::Exit;
use crate::pipeline::{Error, Flags, Plan, train as pipeline};
use crate::progress::Progress;

pub(super) fn train(arguments: &TrainArguments) -> Result<Exit, Error> {
    let plan = Plan::load(&arguments.pipeline, &Flags::from(&arguments.settings))?;
    let model = pipeline::train(&plan, &Progress::on_terminal())?;
    pipeline::write_model(&model, &arguments.model)?;
    match &model.training {
        Some(training) => {
            let ended = if training.is_settled { "settled" } else { "did not settle" };
            terminal::say(&format!(
                "learned from {} candidate pairs, of which {:.0} are of one person by estimate; \
                 {ended} after {} steps",
                training.n_pairs, training.n_pairs_same, training.n_steps
            ));
        }
        None => terminal::say(&"nothing learned: matching.train is off, or there are no pairs"),
    }
    terminal::say(&arguments.model.display());
    Ok(Exit::Done)
}
