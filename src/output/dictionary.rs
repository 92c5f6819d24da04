//! Which values of a column are written once, and named by number after that?
//!
//! Those of a column in which many repeat. Whether they do shows in its first values, so
//! that of a column of ids or e-mails no more than these are looked up.

use std::hash::Hasher;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use polars_arrow::array::{
    Array, DictionaryArray, MutableArray, MutableBinaryViewArray, PrimitiveArray, Utf8ViewArray,
    View,
};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::{ArrowDataType, IntegerType, PhysicalType};
use polars_arrow::types::{NativeType, PrimitiveType};
use polars_parquet::write::Encoding;
use rustc_hash::FxHasher;

/// After so many values a column is judged for the first time.
const N_VALUES_TRIED: usize = 1 << 13;

/// Of these, so many different ones are too many: in a group each value stands twice or thrice
/// then, and to look them all up costs more than to pack them.
const N_DIFFERENT_TRIED: usize = N_VALUES_TRIED / 100 * 92;

/// Gives a column as it is best written: its values by number where that is worth it.
pub(super) fn encoded(array: Box<dyn Array>) -> (Box<dyn Array>, Encoding) {
    match by_number(array.as_ref()) {
        Some(numbered) => (numbered.boxed(), Encoding::RleDictionary),
        None => (array, Encoding::Plain),
    }
}

fn by_number(array: &dyn Array) -> Option<DictionaryArray<u32>> {
    match array.dtype().to_physical_type() {
        PhysicalType::Utf8View => texts(array.as_any().downcast_ref()?),
        PhysicalType::Primitive(PrimitiveType::UInt32) => numbers::<u32>(array, u64::from),
        PhysicalType::Primitive(PrimitiveType::UInt64) => numbers(array, |n: u64| n),
        PhysicalType::Primitive(PrimitiveType::Int32) => {
            numbers(array, |n: i32| u64::from(n.cast_unsigned()))
        }
        PhysicalType::Primitive(PrimitiveType::Int64) => numbers(array, i64::cast_unsigned),
        PhysicalType::Primitive(PrimitiveType::Float64) => numbers(array, f64::to_bits),
        _ => None,
    }
}

fn texts(array: &Utf8ViewArray) -> Option<DictionaryArray<u32>> {
    let views = array.views();
    let is_same = |one: Cell<View>, other: Cell<View>| {
        let (view, other_view) = (one.says, other.says);
        // A short text lies in its view. Of a long one it is where it lies, if not what it says.
        view.as_u128() == other_view.as_u128()
            || !view.is_inline()
                && (view.length, view.prefix) == (other_view.length, other_view.prefix)
                && array.value(one.row as usize) == array.value(other.row as usize)
    };
    let hash = |cell: Cell<View>| {
        let mut hasher = FxHasher::default();
        if cell.says.is_inline() {
            hasher.write_u128(cell.says.as_u128());
        } else {
            hasher.write(array.value(cell.row as usize).as_bytes());
        }
        hasher.finish()
    };
    let numbered = Numbered::of(views, array.validity(), hash, is_same)?;
    let mut values = MutableBinaryViewArray::<str>::with_capacity(numbered.firsts.len());
    numbered.firsts.iter().for_each(|&row| values.push_value(array.value(row as usize)));
    numbered.over(array, values.as_box())
}

fn numbers<T: NativeType>(
    array: &dyn Array,
    bits: impl Fn(T) -> u64,
) -> Option<DictionaryArray<u32>> {
    let array: &PrimitiveArray<T> = array.as_any().downcast_ref()?;
    let values = array.values();
    let hash = |cell: Cell<T>| {
        let mut hasher = FxHasher::default();
        hasher.write_u64(bits(cell.says));
        hasher.finish()
    };
    let is_same = |one: Cell<T>, other: Cell<T>| bits(one.says) == bits(other.says);
    let numbered = Numbered::of(values, array.validity(), hash, is_same)?;
    let firsts = numbered.firsts.iter().map(|&row| values[row as usize]).collect();
    numbered.over(array, PrimitiveArray::new(array.dtype().clone(), firsts, None).boxed())
}

/// A cell of a column: what the column holds at its row.
#[derive(Clone, Copy)]
struct Cell<T> {
    row: u32,
    says: T,
}

/// The different values of a column, numbered in the order in which they first occur.
struct Numbered {
    /// By number: the row in which it first stands.
    firsts: Vec<u32>,
    /// By row: the number of its value; 0 where it has none.
    numbers: Vec<u32>,
}

impl Numbered {
    /// Numbers the values; nothing where too few repeat, or there are none.
    fn of<T: Copy>(
        column: &[T],
        validity: Option<&Bitmap>,
        hash: impl Fn(Cell<T>) -> u64,
        is_same: impl Fn(Cell<T>, Cell<T>) -> bool,
    ) -> Option<Numbered> {
        let mut firsts: Vec<u32> = Vec::new();
        let mut numbers: Vec<u32> = Vec::with_capacity(column.len());
        // Whole cells, so that what is met again is found without a look at its row.
        let mut known: HashTable<(Cell<T>, u32)> = HashTable::new();
        let (mut before, mut n_values) = (None, 0);
        for (row, &says) in (0..).zip(column) {
            if validity.is_some_and(|validity| !validity.get_bit(row as usize)) {
                numbers.push(0);
                continue;
            }
            if n_values == N_VALUES_TRIED && firsts.len() > N_DIFFERENT_TRIED {
                return None;
            }
            n_values += 1;
            let cell = Cell { row, says };
            // Of many columns most rows say what the row before says.
            if let Some((before, number)) = before
                && is_same(before, cell)
            {
                numbers.push(number);
                continue;
            }
            let is_met = |met: &(Cell<T>, u32)| is_same(met.0, cell);
            let number = match known.entry(hash(cell), is_met, |met| hash(met.0)) {
                Entry::Occupied(entry) => entry.get().1,
                Entry::Vacant(entry) => {
                    let number = u32::try_from(firsts.len()).ok()?;
                    entry.insert((cell, number));
                    firsts.push(row);
                    number
                }
            };
            numbers.push(number);
            before = Some((cell, number));
        }
        let is_worth_it = !firsts.is_empty() && firsts.len() <= n_values / 4 * 3;
        is_worth_it.then_some(Numbered { firsts, numbers })
    }

    /// Gives the column by number.
    fn over(self, column: &dyn Array, values: Box<dyn Array>) -> Option<DictionaryArray<u32>> {
        let dtype = Box::new(column.dtype().clone());
        let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, dtype, false);
        let numbers = PrimitiveArray::from_vec(self.numbers);
        let numbers = numbers.with_validity(column.validity().cloned());
        DictionaryArray::try_new(dtype, numbers, values).ok()
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;
    use proptest::prelude::*;

    use super::super::parquet::write;

    /// Writes a column, reads it again with Polars, and gives the bytes too.
    fn there_and_back(column: &Series) -> (Series, Vec<u8>) {
        let mut bytes = Vec::new();
        write(&mut bytes, &column.clone().into_frame()).unwrap();
        let read = ParquetReader::new(std::io::Cursor::new(&bytes)).finish().unwrap();
        (read.columns()[0].as_materialized_series().clone(), bytes)
    }

    fn texts_of(n: usize, text: impl Fn(usize) -> Option<String>) -> Series {
        Series::new("t".into(), (0..n).map(text).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn texts_come_back_as_they_were(
            rows in prop::collection::vec(prop::option::of("[ab]{0,2}|[ab]{11,14}|é{0,9}"), 0..300),
        ) {
            let column = Series::new("t".into(), rows);
            prop_assert!(there_and_back(&column).0.equals_missing(&column));
        }

        #[test]
        fn numbers_come_back_as_they_were(
            rows in prop::collection::vec(prop::option::of(-3_i64..3), 0..300),
            fractions in prop::collection::vec(prop::option::of(any::<f64>()), 0..40),
        ) {
            let column = Series::new("n".into(), &rows);
            prop_assert!(there_and_back(&column).0.equals_missing(&column));
            let column = Series::new("f".into(), &fractions);
            let bits = |column: &Series| -> Vec<Option<u64>> {
                column.f64().unwrap().iter().map(|of| of.map(f64::to_bits)).collect()
            };
            prop_assert_eq!(bits(&there_and_back(&column).0), bits(&column));
        }
    }

    #[test]
    fn days_and_instants_stay_what_they_are() {
        let days = Int32Chunked::from_vec("d".into(), vec![1, 1, 1, 400]).into_date().into_series();
        assert!(there_and_back(&days).0.equals(&days));
        let zone = Some(TimeZone::UTC);
        let instants = Int64Chunked::from_vec("i".into(), vec![9, 9, 9, 9])
            .into_datetime(TimeUnit::Milliseconds, zone)
            .into_series();
        let (back, _) = there_and_back(&instants);
        assert_eq!(back.dtype(), instants.dtype());
        assert!(back.equals(&instants));
    }

    #[test]
    fn what_repeats_is_written_once_and_what_does_not_as_it_is() {
        let n = 200_000;
        let long = |number: usize| Some(format!("a text of some length {}", number * 7_919 % n));
        let few = texts_of(n, |row| long(row % 1000));
        let (back, bytes) = there_and_back(&few);
        assert!(back.equals(&few));
        // A thousand texts and ten bits a row in each group.
        assert!(bytes.len() < 400_000, "{} bytes", bytes.len());
        let all = texts_of(n, long);
        assert!(there_and_back(&all).0.equals(&all));
    }

    #[test]
    fn values_that_repeat_late_or_never_are_no_less_right() {
        let never_then_always = texts_of(50_000, |row| Some(row.min(20_000).to_string()));
        assert!(there_and_back(&never_then_always).0.equals(&never_then_always));
        let nothing = texts_of(9000, |_| None);
        assert!(there_and_back(&nothing).0.equals_missing(&nothing));
    }
}
