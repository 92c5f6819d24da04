//! `headcount train`

use super::args::TrainArguments;
use super::terminal;
use crate::fault::Exit;
use crate::matching::{Labelled, Training};
use crate::pipeline::evaluate::Truth;
use crate::pipeline::{Error, Flags, Plan, train as pipeline};
use crate::progress::Progress;
use crate::terms::grouped;

pub(super) fn train(arguments: &TrainArguments) -> Result<Exit, Error> {
    let plan = Plan::load(&arguments.pipeline, &Flags::from(&arguments.settings))?;
    let labels = arguments.labels.as_ref().map(|file| Truth {
        file,
        id: &arguments.id,
        person: &arguments.person,
    });
    let trained = pipeline::train(&plan, labels.as_ref(), &Progress::on_terminal())?;
    pipeline::write_model(&trained.model, &arguments.model)?;
    let training = trained.model.training.as_ref().filter(|_| plan.config.matching.train);
    match training {
        Some(training) => terminal::say(&learned_from(training)),
        None => terminal::say(
            &"nothing learned: matching.train is off, matching.model is given, or there are fewer \
              records than matching.n_records_train_min",
        ),
    }
    for note in &trained.notes {
        terminal::say(&format!("note: {note}"));
    }
    terminal::say(&arguments.model.display());
    Ok(Exit::Done)
}

fn learned_from(training: &Training) -> String {
    let ended = if training.is_settled { "settled" } else { "did not settle" };
    let labelled = training.labelled.map_or_else(String::new, |labelled| {
        let Labelled { n_pairs_same, n_pairs_different, is_of_people } = labelled;
        let from = if is_of_people { "whose records are whose" } else { "decisions" };
        format!(
            " and, by {from}, from {} pairs of one person and {} candidates of two",
            grouped(n_pairs_same),
            grouped(n_pairs_different)
        )
    });
    format!(
        "learned from {} candidate pairs, of which {:.0} are of one person by estimate{labelled}; \
         {ended} after {} steps",
        training.n_pairs, training.n_pairs_same, training.n_steps
    )
}
