use proptest::prelude::*;

use super::*;

#[test]
fn pairs_are_counted_as_by_hand() {
    // Found {0,1,2} {3} {4,5}; true {0,1} {2,3} {4,5}.
    let evaluation = clusters(&[0, 0, 0, 3, 4, 4], &[7, 7, 8, 8, 9, 9]);
    assert_eq!(evaluation.pairs.n_true_positive, 2);
    assert_eq!(evaluation.pairs.n_false_positive, 2);
    assert_eq!(evaluation.pairs.n_false_negative, 1);
    assert!((evaluation.pairs.precision - 0.5).abs() < 1e-12);
    assert!((evaluation.pairs.recall - 2.0 / 3.0).abs() < 1e-12);
    assert!((evaluation.pairs.f1 - 4.0 / 7.0).abs() < 1e-12);
    assert_eq!(evaluation.clusters.n_exact, 1);
    assert_eq!(evaluation.false_merges, [Mistake { n_pairs: 2, records: vec![0, 1, 2] }]);
    assert_eq!(evaluation.misses, [Mistake { n_pairs: 1, records: vec![2, 3] }]);
}

#[test]
fn b_cubed_is_that_of_the_paper() {
    // Bagga and Baldwin (1998), figure 1: truth {1-5} {6,7} {8-C}; first response joins the
    // second person to the third, the second response joins the first to the third.
    let truth = [1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3];
    let first = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2];
    let second = [1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1];
    let b_cubed = clusters(&first, &truth).b_cubed;
    assert!((b_cubed.precision - 0.7619).abs() < 5e-4, "{b_cubed:?}");
    assert!((b_cubed.recall - 1.0).abs() < 1e-12);
    let b_cubed = clusters(&second, &truth).b_cubed;
    assert!((b_cubed.precision - 0.5833).abs() < 5e-4, "{b_cubed:?}");
}

#[test]
fn nothing_found_and_nothing_there_is_right() {
    let evaluation = clusters(&[0, 1, 2], &[5, 6, 7]);
    assert!((evaluation.pairs.f1 - 1.0).abs() < 1e-12);
    assert_eq!(evaluation.clusters.n_exact, 3);
    assert!(evaluation.false_merges.is_empty() && evaluation.misses.is_empty());
    assert!((clusters(&[], &[]).pairs.f1 - 1.0).abs() < 1e-12);
}

proptest! {
    #[test]
    fn counting_by_sizes_is_counting_one_by_one(
        groups in prop::collection::vec((0_u32..6, 0_u32..6), 0..40)
    ) {
        let (found, truth): (Vec<u32>, Vec<u32>) = groups.into_iter().unzip();
        let (mut both, mut only_found, mut only_true) = (0, 0, 0);
        for a in 0..found.len() {
            for b in 0..a {
                match (found[a] == found[b], truth[a] == truth[b]) {
                    (true, true) => both += 1,
                    (true, false) => only_found += 1,
                    (false, true) => only_true += 1,
                    (false, false) => {}
                }
            }
        }
        let pairs = clusters(&found, &truth).pairs;
        prop_assert_eq!(pairs.n_true_positive, both);
        prop_assert_eq!(pairs.n_false_positive, only_found);
        prop_assert_eq!(pairs.n_false_negative, only_true);
    }
}
