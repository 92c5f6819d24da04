//! Which rivals for a row are one person whom the run has not merged?
//!
//! Customers compete for a row of a sample, and two records of one person that were left apart
//! would share what is one person's probability, so that neither is told. So rivals that are as
//! likely as not to be one person do not compete: the closest speaks for them all, and each of
//! the others is meant as far as it is that person.

use super::compare::Scratch;
use super::features::Features;
use super::level::Bits;
use super::link::Rival;
use super::score::Model;
use crate::terms::MatchWeight;

/// So many rivals are held against each other; further ones compete.
const N_RIVALS_MAX: usize = 8;

/// From this probability on two rivals are taken for one person.
const SAME_MIN: f64 = 0.5;

/// Marks the rivals that are the person of a closer one. `rivals` are those of one row, the
/// closest first; `prior` is what is known of two records before they are compared.
pub(super) fn mark(
    rivals: &mut [Rival],
    features: &Features,
    model: &Model,
    prior: Bits,
    scratch: &mut Scratch,
) {
    let floor = Bits { stranger: f64::NEG_INFINITY, kin: f64::NEG_INFINITY };
    let n_rivals = rivals.len().min(N_RIVALS_MAX);
    for place in 1..n_rivals {
        for closer in 0..place {
            if rivals[closer].same_as.is_some() {
                continue;
            }
            let (one, other) = (rivals[closer].record, rivals[place].record);
            let pair = features.pair(one.min(other), one.max(other));
            let Some(evidence) = model.evidence(features, pair, floor, scratch) else { continue };
            let same = MatchWeight(evidence.plus(prior).together()).probability().get();
            if same >= SAME_MIN {
                rivals[place].same_as = Some((closer, same));
                break;
            }
        }
    }
}
