//! What can be typed?

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

/// Who is affected by a breach, can we reach them, and what is at stake?
///
/// headcount reads CRM exports, standardizes, validates and deduplicates the contacts, values
/// each customer, joins them against the scope files of an incident, and leaves the lists:
/// whom to tell by which channel, whom to leave alone, who cannot be reached, and why.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXIT_CODES, after_long_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done · 1 done, but a gate tripped · 2 command or file \
wrong · 3 input unreadable · 4 output not written · 5 another run holds the lock · 70 a bug";

const EXAMPLES: &str = "Examples:
  headcount run pipelines/breach_scoping.toml
      who is affected by the sample incident, and every list that follows
  headcount run pipelines/nightly_contact_quality.toml --out /srv/headcount --quiet
      the nightly job, silent unless something is wrong
  headcount check my_pipeline.toml
      is the file right, and do the exports have the columns that it names?

Exit codes:
  0   done
  1   done, but a gate in the pipeline file tripped
  2   the command or a file of settings or rules is wrong
  3   an input cannot be read, or was refused
  4   an output could not be written
  5   another run holds the lock
  70  a bug: an invariant broke";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run a pipeline.
    Run(RunArguments),
    /// Check a pipeline file, its sources' headers and its rules, without running.
    Check(CheckArguments),
    /// Tell what changed from one nightly run to another.
    Diff(DiffArguments),
    /// Show what is in files: encoding, columns, fill, distinct values, likely meaning, damage.
    Profile(ProfileArguments),
    /// Write a pipeline file that reads exports, with their columns mapped.
    Init(InitArguments),
    /// Explain a validation rule; or why two records of a run are one person, or not.
    Explain(ExplainArguments),
    /// Decide pairs that a run could not, one after the other.
    Review(ReviewArguments),
    /// Count the pairs that each blocking rule would compare.
    BlockCount(BlockCountArguments),
    /// Learn what matching weighs, and leave it as a file that runs can load.
    Train(TrainArguments),
    /// Compare the people that a run found with the truth.
    Evaluate(EvaluateArguments),
    /// Approve the lists of a run, or verify that an approval holds.
    Approve(ApproveArguments),
    /// Value the customers of a pipeline file, and check how far the values can be trusted.
    Value(ValueArguments),
    /// Compare two runs of one pipeline: totals side by side, and the settings that differ.
    Compare(CompareArguments),
    /// Invent CRM exports, orders and an incident of any size, with known truth.
    Synth(SynthArguments),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// Run a pipeline.
///
/// The run directory `<out>/<pipeline>/<run id>/` appears whole when the run is done, or not at
/// all. The summary goes to standard error; standard output is kept for `--json`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  headcount run pipelines/breach_scoping.toml
  headcount run pipelines/nightly_contact_quality.toml --set run.clock=2026-03-01T02:00:00Z
  headcount run pipelines/breach_scoping.toml --quiet --json | jq .roll")]
pub(super) struct RunArguments {
    /// The pipeline file.
    pub(super) pipeline: PathBuf,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
    /// Print the summary as JSON on standard output.
    #[arg(long)]
    pub(super) json: bool,
    /// No progress and no summary; errors and tripped gates are still told.
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Threads to use; all cores where absent. The results are the same for any number.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<std::num::NonZeroUsize>,
}

/// Check a pipeline file, its sources' headers and its rules, without running.
///
/// All that is wrong is told at once.
#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// The pipeline file.
    pub(super) pipeline: PathBuf,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
}

/// Tell what changed from one nightly run to another.
///
/// Records are matched by source and record id: new, gone, changed; fields that were repaired or
/// broken; customers that merged or split.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  headcount diff out/nightly_contact_quality/20260301T020000Z-1a2b3c4d \\
      out/nightly_contact_quality/20260302T020000Z-5e6f7a8b
  headcount diff BEFORE AFTER --json | jq .records.n_broken
  headcount diff BEFORE AFTER --out changes.csv")]
pub(super) struct DiffArguments {
    /// The run directory of the earlier run.
    pub(super) before: PathBuf,
    /// The run directory of the later run; of a folder of runs, the latest.
    pub(super) after: PathBuf,
    /// Write a row per change to this CSV file: ids, fields, rules and customers.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct SettingsArguments {
    /// Leave run directories here and not where the file says.
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: Option<PathBuf>,
    /// Change a setting of the file, say `matching.prior=0.001`; may be given several times.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
}

/// Show what is in files, without a pipeline.
///
/// Every row is read, as a run would read it. Values are shown masked, except with `--rows`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  headcount profile export.csv.gz
  headcount profile 'exports/*.xlsx' --json | jq '.[].columns[].header'
  headcount profile odd.txt --rows > as_read.csv")]
pub(super) struct ProfileArguments {
    /// Files or globs.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<String>,
    /// Print JSON instead of text.
    #[arg(long)]
    pub(super) json: bool,
    /// Print the rows themselves, as they are read, as CSV in UTF-8. Rows that a run would set
    /// aside stand among them as they are, and are named on standard error.
    #[arg(long, conflicts_with = "json")]
    pub(super) rows: bool,
}

/// Write a pipeline file that reads exports, with their columns mapped.
///
/// By preset where the headers are those of a known system; by their names, in nine languages,
/// and by what stands in them otherwise. What was guessed is marked in the file and told.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  headcount init exports/crm.csv exports/orders.csv --output my.toml
  headcount check my.toml
  headcount run my.toml")]
pub(super) struct InitArguments {
    /// Files or globs, each a source; transaction logs are told from contacts.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<String>,
    /// The file to write; standard output where absent.
    #[arg(long = "output", short = 'o', value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

/// Explain a validation rule; or why two records of a run are one person, or not.
///
/// Of a rule: what it checks, why, an example, its source. Of a pair: what each comparison adds
/// to its weight, the blocking rules that found it, and the links that lead from one record to
/// the other. Of a record: its cluster. A record is written SOURCE:ID, as in `lineage.parquet` and
/// `review_pairs.csv`; the id alone will do where one source has it, and #17 is record 17 of the
/// run. Values of people are masked unless --show-values is given.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  headcount explain email-syntax
  headcount explain out/nightly_contact_quality --pair salesforce:0035e00000QzMzKAAV shop:K10000000
  headcount explain out/nightly_contact_quality --record shop:K10000000 --show-values
  headcount explain out/breach_scoping --person shop:K10000000")]
pub(super) struct ExplainArguments {
    /// A rule's id, as it stands in findings and quarantine, all rules where absent; with one of
    /// the flags, a run directory, or a folder of runs for the latest.
    #[arg(value_name = "RULE|RUN")]
    pub(super) subject: Option<String>,
    /// Two records of a nightly run.
    #[arg(long, num_args = 2, value_names = ["SOURCE:ID", "SOURCE:ID"], conflicts_with = "record")]
    pub(super) pair: Option<Vec<String>>,
    /// A record of a nightly run.
    #[arg(long, value_name = "SOURCE:ID")]
    pub(super) record: Option<String>,
    /// A person of a scoping run: a customer id, or one of the records as SOURCE:ID. Tells why
    /// that person is on a list, or on none.
    #[arg(long, value_name = "ID", conflicts_with_all = ["pair", "record"])]
    pub(super) person: Option<String>,
    /// Show the values of people, and not only their shape.
    #[arg(long)]
    pub(super) show_values: bool,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// Decide pairs that a run could not, one after the other.
///
/// Shows the pairs of the run's `review_pairs.csv`, the most informative first, with what the two
/// records say side by side, and reads answers line by line: s same, d different, k skip, u undo,
/// q quit. Each decision is added to the file of decisions before the next pair is shown, so a
/// session can end at any time; pairs that the file decides already are passed over. Values of
/// people are shown in full.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  headcount review out/nightly_contact_quality --decisions decisions.csv --by kim")]
pub(super) struct ReviewArguments {
    /// The run directory of a nightly run, or a folder of runs for the latest.
    pub(super) run: PathBuf,
    /// The file of decisions; begun if it is not there.
    #[arg(long, value_name = "FILE")]
    pub(super) decisions: PathBuf,
    /// Who decides; it stands beside each decision.
    #[arg(long, value_name = "NAME")]
    pub(super) by: String,
    /// The time that is written beside each decision; the present where absent.
    #[arg(long, value_name = "INSTANT")]
    pub(super) clock: Option<jiff::Timestamp>,
}

/// Count the pairs that each blocking rule would compare.
///
/// Reads the sources as a run does and compares nothing, so a rule that pairs too much is seen
/// before it costs a night.
#[derive(Debug, Args)]
pub(super) struct BlockCountArguments {
    /// The pipeline file.
    pub(super) pipeline: PathBuf,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(super) json: bool,
}

/// Learn what matching weighs, and leave it as a file that runs can load.
///
/// A run learns for itself; a model that is kept makes one night's weights the next one's:
/// `matching.model = "model.json"`. No labels are needed. Where some are there, `--labels` takes
/// them in one of two forms, told apart by the header. A table of whose each record is, as for
/// `evaluate --truth`: all pairs of the records that it names are known, and what pairs of one
/// person reach is counted among them; some hundred people are enough. Or decisions on pairs, as
/// `review` leaves them: they say what these pairs are, and since mostly doubtful pairs are
/// decided, nothing about how frequent such pairs are.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  headcount train my.toml --model model.json
  headcount train my.toml --labels people.csv --id record --person customer
  headcount train my.toml --labels decisions.csv
  headcount run my.toml --set matching.model=model.json")]
pub(super) struct TrainArguments {
    /// The pipeline file.
    pub(super) pipeline: PathBuf,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
    /// The file to write.
    #[arg(long, value_name = "FILE", default_value = "model.json")]
    pub(super) model: PathBuf,
    /// A CSV file of what is known: whose each record is, or decisions on pairs.
    #[arg(long, value_name = "FILE")]
    pub(super) labels: Option<PathBuf>,
    /// The column of the labels that holds the source's record id.
    #[arg(long, value_name = "COLUMN", default_value = "source_id", requires = "labels")]
    pub(super) id: String,
    /// The column of the labels that names the person.
    #[arg(long, value_name = "COLUMN", default_value = "true_customer_id", requires = "labels")]
    pub(super) person: String,
}

/// Compare the people that a run found with the truth.
///
/// Prints precision, recall and F1 by pairs and by clusters, for this run and at other
/// thresholds, whether probabilities mean what they say, the mistakes by reason, and how many of
/// the true pairs each blocking rule reaches. Leaves a page with charts, the numbers and the
/// lists of mistakes in a folder beside the run directory, which itself is never changed:
/// `<run id>.evaluation/` with `evaluation.html`, `evaluation.json`, `false_merges.csv` and
/// `misses.csv`.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  headcount synth --contacts 100000 --seed 1 --out /tmp/synth
  headcount run /tmp/synth/nightly.toml --out /tmp/out
  headcount evaluate /tmp/out/nightly_contact_quality/<run id> --truth /tmp/synth/truth.csv")]
pub(super) struct EvaluateArguments {
    /// The run directory of a nightly run, or a folder of runs for the latest.
    pub(super) run: PathBuf,
    /// Leave the folder here and not beside the run; an earlier evaluation there is replaced.
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: Option<PathBuf>,
    /// A CSV file that says which record is whose.
    #[arg(long, value_name = "FILE")]
    pub(super) truth: PathBuf,
    /// The column of the truth that holds the source's record id.
    #[arg(long, value_name = "COLUMN", default_value = "source_id")]
    pub(super) id: String,
    /// The column of the truth that names the person.
    #[arg(long, value_name = "COLUMN", default_value = "true_customer_id")]
    pub(super) person: String,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(super) json: bool,
}

/// Approve the lists of a run, or verify that an approval holds.
///
/// The approval is over the exact bytes: every file is hashed again and set against the manifest.
/// It stands in the run directory as approval.json; a byte that changes voids it. Who prepared
/// the run cannot approve it, and a drill cannot be approved.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  headcount approve out/breach_scoping/<run id> --by \"J. Roe\"
  headcount approve out/breach_scoping/<run id> --verify && hand-over-the-lists")]
pub(super) struct ApproveArguments {
    /// The run directory of a scoping run.
    pub(super) run: PathBuf,
    /// Who approves.
    #[arg(long, value_name = "NAME", required_unless_present = "verify")]
    pub(super) by: Option<String>,
    /// Tell whether the approval holds; the command ends in 1 where it does not.
    #[arg(long, conflicts_with = "by")]
    pub(super) verify: bool,
}

/// Value the customers of a pipeline file, and check how far the values can be trusted.
///
/// Reads the exports and orders as a run would, and writes nothing. Prints each model with its
/// parameters, log-likelihood and convergence; with `--check`, forecasts made as of an earlier day
/// beside what customers did since, by repeat purchases, segment and forecast. Each run keeps the
/// same account in its manifest.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  headcount value pipelines/breach_scoping.toml --check
  headcount value shop.toml --check --set value.calibration_to=1997-09-30 --json
  headcount value shop.toml --set value.model=pareto_nbd")]
pub(super) struct ValueArguments {
    /// The pipeline file.
    pub(super) pipeline: PathBuf,
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
    /// Hold forecasts made as of an earlier day against what came true.
    #[arg(long)]
    pub(super) check: bool,
    /// Print JSON instead of tables.
    #[arg(long)]
    pub(super) json: bool,
}

/// Compare two runs of one pipeline: totals side by side, and the settings that differ.
///
/// People, outcomes, value at stake, expected loss, and the tail of the loss at each rho; then
/// every setting and every input that is not the same in both.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  headcount run pipelines/breach_scoping.toml
  headcount run pipelines/breach_scoping.toml --set exposure.portfolio.rho=0.2
  headcount compare out/breach_scoping/<run id> out/breach_scoping/<run id>")]
pub(super) struct CompareArguments {
    /// A run directory, or a folder of runs for its latest.
    pub(super) one: PathBuf,
    /// Another.
    pub(super) other: PathBuf,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(super) json: bool,
}

/// Invent CRM exports, orders and an incident of any size, with known truth.
///
/// The same seed gives the same bytes. Next to the exports stands the truth, for `evaluate`, and
/// pipeline files that read them.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  headcount synth --contacts 1000000 --seed 1 --out /tmp/synth")]
pub(super) struct SynthArguments {
    /// How many contact rows to invent, over all sources.
    #[arg(long, value_name = "N")]
    pub(super) contacts: usize,
    /// What the invention starts from.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// The folder to make; it must not be there yet.
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: PathBuf,
}
