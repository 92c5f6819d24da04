//! Room `value`: how many customers are fitted and scored, and how many orders summed up, in a
//! second of one core?

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use headcount::exposure::{MayLeave, PortfolioSettings, distribution};
use headcount::value::bg_nbd::BgNbd;
use headcount::value::clv::{Horizon, Table, Timing};
use headcount::value::gamma_gamma::GammaGamma;
use headcount::value::likelihood::{self, DropOut};
use headcount::value::pareto_nbd;
use headcount::value::rfm::{self, Events, Group, History};
use rayon::prelude::*;

/// The parameters of the invented customers: those of CDNOW, with more repeat purchases.
const MODEL: [f64; 4] = [0.5, 4.414, 0.793, 2.426];
const N_CUSTOMERS: usize = 1_000_000;
const N_DAYS: f64 = 730.0;

/// `SplitMix64`: a bench needs numbers, not a generator's guarantees.
struct Random(u64);

impl Random {
    /// From 0 to 1, both left out.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((bits ^ (bits >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Marsaglia, Tsang (2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.uniform().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let x = self.normal();
            let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}

/// The days of one customer's purchases, the first of them the day they came.
fn purchase_days(random: &mut Random) -> Vec<u32> {
    let [r, alpha, a, b] = MODEL;
    let rate = random.gamma(r) / alpha / 7.0;
    let (leave, stay) = (random.gamma(a), random.gamma(b));
    let p_leave = leave / (leave + stay);
    let mut day = random.uniform() * N_DAYS;
    let mut days = vec![];
    loop {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a day")]
        days.push(day as u32);
        if days.len() > 1 && random.uniform() < p_leave {
            return days;
        }
        day -= random.uniform().ln() / rate;
        if day >= N_DAYS {
            return days;
        }
    }
}

struct Orders {
    owners: Vec<u32>,
    days: Vec<i32>,
    cents: Vec<i64>,
}

fn orders() -> Orders {
    let mut random = Random(7);
    let mut rows = Vec::new();
    for customer in 0..u32::try_from(N_CUSTOMERS).unwrap_or(0) {
        for day in purchase_days(&mut random) {
            rows.push((random.uniform(), customer, day.cast_signed()));
        }
    }
    // Orders come in no order of customers.
    rows.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    Orders {
        owners: rows.iter().map(|row| row.1).collect(),
        days: rows.iter().map(|row| row.2).collect(),
        cents: (0..).zip(&rows).map(|(cents, _)| 500 + cents % 9_000).collect(),
    }
}

fn fitting(criterion: &mut Criterion, histories: &[History]) {
    let groups = rfm::groups(histories.to_vec());
    let each: Vec<Group> =
        histories.iter().map(|&history| Group { history, n_customers: 1 }).collect();
    let mut sorted = each.clone();
    sorted.sort_by_key(|group| group.history);
    let mut group = criterion.benchmark_group("value");
    group.sample_size(10).throughput(Throughput::Elements(histories.len() as u64));
    group.bench_function("likelihood and gradient, each customer", |bencher| {
        bencher.iter(|| likelihood::summed(black_box(&MODEL), DropOut::AfterRepeat, &sorted, 7.0));
    });
    let name = format!("likelihood and gradient, {} distinct histories", groups.len());
    group.bench_function(name, |bencher| {
        bencher.iter(|| likelihood::summed(black_box(&MODEL), DropOut::AfterRepeat, &groups, 7.0));
    });
    group.bench_function("Pareto/NBD likelihood and gradient", |bencher| {
        bencher.iter(|| pareto_nbd::summed(black_box(&[0.5, 10.0, 0.6, 12.0]), &groups, 7.0));
    });
    group.bench_function("fit", |bencher| {
        bencher.iter(|| {
            let fit = BgNbd::fit(&rfm::groups(black_box(histories).to_vec()), 7.0);
            assert!(fit.converged);
            fit
        });
    });
    group.finish();
}

/// P(alive), 39 weeks ahead, expected spend and 12 discounted months.
fn scoring(criterion: &mut Criterion, histories: &[History]) {
    let timing = Timing::BgNbd(BgNbd::new(MODEL));
    let spend = GammaGamma::new([6.25, 3.74, 15.44]);
    let horizon = Horizon { n_months: 12, month: 30.4375 / 7.0, discount: 0.01, break_months: 3 };
    let weeks = Horizon { n_months: 1, month: 39.0, discount: 0.0, break_months: 0 };
    let mut group = criterion.benchmark_group("value");
    group.sample_size(10).throughput(Throughput::Elements(histories.len() as u64));
    for (name, with_slopes) in [("score", false), ("score with interval", true)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let all = || black_box(histories).par_iter().copied();
                let months = Table::new(timing, all(), horizon, 7.0, with_slopes);
                let weeks = Table::new(timing, all(), weeks, 7.0, false);
                let score = |history: History| {
                    let (t_x, t) = (f64::from(history.t_x) / 7.0, f64::from(history.t) / 7.0);
                    let (ln_odds, _) = timing.ln_odds_left(history.x, t_x, t);
                    let p_alive = 1.0 / (1.0 + ln_odds.exp());
                    let mean = spend.expected(history.x, 30.0).unwrap_or(0.0);
                    let value = p_alive * mean * months.of(history).discounted;
                    (p_alive, p_alive * weeks.of(history).purchases, value)
                };
                all().map(score).collect::<Vec<_>>()
            });
        });
    }
    group.finish();
}

/// A million affected customers in 24 groups alike, 10 000 scenarios, four rhos.
fn losing(criterion: &mut Criterion) {
    let customers: Vec<MayLeave> = (0..1_000_000_u32)
        .map(|customer| {
            let p_stop = 0.1 + 0.005 * f64::from(customer % 24);
            let of_stop_cents = 1_000 + i64::from(customer % 9_973) * 7;
            let of_break_cents = of_stop_cents / 4;
            MayLeave { p_stop, p_break: 0.33, of_stop_cents, of_break_cents }
        })
        .collect();
    let mut group = criterion.benchmark_group("exposure");
    group.sample_size(10).throughput(Throughput::Elements(customers.len() as u64));
    let four = PortfolioSettings::default();
    let one = PortfolioSettings { rhos: Vec::new(), ..PortfolioSettings::default() };
    for (name, settings) in [("loss distribution, one rho", one), ("four rhos", four)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| distribution(black_box(&customers), &settings).map(|found| found.0));
        });
    }
    group.finish();
}

fn benches(criterion: &mut Criterion) {
    let orders = orders();
    let Orders { owners, days, cents } = &orders;
    let end = 729;
    let summed_up = || rfm::summaries(Events { owners, days, cents }, N_CUSTOMERS, end);
    // The figures are per core.
    assert!(rayon::ThreadPoolBuilder::new().num_threads(1).build_global().is_ok());
    let mut group = criterion.benchmark_group("value");
    group.sample_size(10).throughput(Throughput::Elements(owners.len() as u64));
    group.bench_function("rfm, orders", |bencher| bencher.iter(summed_up));
    group.finish();
    let histories: Vec<History> =
        summed_up().iter().filter_map(|summary| summary.history).collect();
    fitting(criterion, &histories);
    scoring(criterion, &histories);
    losing(criterion);
}

criterion_group!(value, benches);
criterion_main!(value);
