//! Are orders read exactly?

use std::io::Write;

use super::*;

#[test]
fn orders_are_read_exactly_or_set_aside_with_their_reason() {
    let file = "customer_key,at,amount,currency\nc1,2026-03-01,\"1,234.50\",EUR\nc2,2026-03-01T10:00:00+02:00,5,\n\
                ,2026-03-01,5,EUR\nc4,01.03.2026,5,EUR\nc5,2026-03-01,x,EUR\nc6,2026-03-01,1.234,EUR\n\
                c7,2026-03-01,5,euro\nc8,2026-03-01\n";
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("o.csv"), file).unwrap();
    let settings: Settings =
        toml::from_str("[[orders]]\nname = \"shop\"\nfiles = [\"o.csv\"]\ncurrency = \"USD\"")
            .unwrap();
    let mut ledger = crate::ledger::Ledger::default();
    let read = ledger.enter(orders(&settings, root.path()).unwrap());
    let keys: Vec<_> = read.orders.text(column::CUSTOMER_KEY).iter().flatten().collect();
    assert_eq!(keys, ["c1", "c2"]);
    let cents: Vec<_> = read.orders.cents(column::AMOUNT_CENTS).iter().flatten().collect();
    assert_eq!(cents, [123_450, 500]);
    let currencies: Vec<_> = read.orders.text(column::CURRENCY).iter().flatten().collect();
    assert_eq!(currencies, ["EUR", "USD"]);
    let at: Vec<_> = read.orders.instant(column::AT).iter().flatten().collect();
    assert_eq!(at, [1_772_323_200_000, 1_772_352_000_000]);
    let reasons: Vec<_> = read.quarantine.text(column::REASON).iter().flatten().collect();
    let expected = [
        "order-customer",
        "order-time",
        "order-amount",
        "order-amount-ambiguous",
        "order-currency",
        "field-count",
    ];
    assert_eq!(reasons, expected);
    assert_eq!(read.files[0].1, 8);
}

#[test]
fn many_orders_keep_their_order_whatever_the_number_of_threads() {
    let mut file = b"kunde;zeit;betrag\n".to_vec();
    for row in 0..5_000 {
        writeln!(file, "c{row};2026-03-01;{row},25").unwrap();
    }
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("o.csv"), file).unwrap();
    let text = "n_rows_batch = 64\n[[orders]]\nname = \"shop\"\nfiles = [\"o.csv\"]\n\
                columns = { customer_key = \"kunde\", at = \"zeit\", amount = \"betrag\" }";
    let settings: Settings = toml::from_str(text).unwrap();
    let read = orders(&settings, root.path()).unwrap().product;
    let cents: Vec<_> = read.orders.cents(column::AMOUNT_CENTS).iter().flatten().collect();
    let expected: Vec<i64> = (0..5_000).map(|row| row * 100 + 25).collect();
    assert_eq!(cents, expected);
    assert_eq!(read.orders.text(column::CURRENCY).iter().filter(Option::is_none).count(), 5_000);
}
