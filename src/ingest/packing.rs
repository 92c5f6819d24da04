//! How is a file packed, and what comes out of it?
//!
//! Packing is told by a file's first bytes, not by its name. A stream that is cut off or damaged
//! stops the run, and so does one that unpacks to far more than it takes up.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use flate2::read::{DeflateDecoder, MultiGzDecoder};
use zip::CompressionMethod;

use super::settings::Limits;
use super::{Error, InputFile};

/// How a file is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Packing {
    /// It is not.
    Plain,
    /// One gzip stream, or several one after the other.
    Gzip,
    /// Zstandard frames.
    Zstd,
    /// A member of a zip archive.
    Zip(Member),
}

/// A file in a zip archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    start: u64,
    n_bytes_packed: u64,
    n_bytes: u64,
    crc32: u32,
    method: Method,
}

impl Member {
    /// Counts the bytes that it takes up in its archive.
    pub(super) fn n_bytes_packed(&self) -> u64 {
        self.n_bytes_packed
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Stored,
    Deflated,
}

impl Packing {
    /// Tells what stands in the manifest; nothing where a file is as it is.
    pub(super) fn word(&self) -> Option<&'static str> {
        match self {
            Packing::Plain => None,
            Packing::Gzip => Some("gzip"),
            Packing::Zstd => Some("zstd"),
            Packing::Zip(_) => Some("zip"),
        }
    }
}

/// Finds how a file is packed by its first bytes. A zip archive gives its tables, one or several.
pub(super) fn found(file: &InputFile, head: &[u8]) -> Result<Vec<Packing>, Error> {
    Ok(match head {
        [0x1f, 0x8b, ..] => vec![Packing::Gzip],
        [0x28, 0xb5, 0x2f, 0xfd, ..] => vec![Packing::Zstd],
        [b'P', b'K', 3, 4, ..] => members(file)?.into_iter().map(Packing::Zip).collect(),
        _ => vec![Packing::Plain],
    })
}

/// Tells whether a zip archive is an Office document.
pub(super) fn is_workbook(file: &InputFile) -> bool {
    let opened = File::open(&file.absolute).ok().map(BufReader::new);
    let archive = opened.and_then(|opened| zip::ZipArchive::new(opened).ok());
    archive.is_some_and(|archive| {
        archive.index_for_name("[Content_Types].xml").is_some()
            || archive.index_for_name("mimetype").is_some()
    })
}

/// Lists the tables in a zip archive, by name.
fn members(file: &InputFile) -> Result<Vec<Member>, Error> {
    let damaged = |cause: &str| Error::Unreadable { file: file.path.clone(), cause: cause.into() };
    let opened = File::open(&file.absolute).map_err(|cause| Error::io(&file.path, &cause))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(opened))
        .map_err(|_| damaged("the zip archive is cut off or damaged"))?;
    let mut found = Vec::new();
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place);
        let entry = entry.map_err(|_| damaged("a member of the zip archive is damaged"))?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if entry.is_dir() || !is_table(&name) {
            continue;
        }
        if entry.encrypted() {
            return Err(damaged("the zip archive is encrypted; unpack it first"));
        }
        let method = match entry.compression() {
            CompressionMethod::Stored => Method::Stored,
            CompressionMethod::Deflated => Method::Deflated,
            _ => return Err(damaged("the zip archive is packed in an unusual way; unpack it")),
        };
        let start = entry.data_start().ok_or_else(|| damaged("a member has no beginning"))?;
        found.push(Member {
            name,
            start,
            n_bytes_packed: entry.compressed_size(),
            n_bytes: entry.size(),
            crc32: entry.crc32(),
            method,
        });
    }
    if found.is_empty() {
        return Err(damaged("the zip archive holds no table (.csv, .tsv, .txt, .jsonl)"));
    }
    // A note beside the tables is none.
    if found.iter().any(|member| !is_note(&member.name)) {
        found.retain(|member| !is_note(&member.name));
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

fn ending(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase())
}

/// Tells a table from what else archives hold; macOS adds files of its own.
fn is_table(name: &str) -> bool {
    let own_name = name.rsplit('/').next().unwrap_or(name);
    let is_hidden = own_name.starts_with('.') || name.starts_with("__MACOSX/");
    let endings = ["csv", "tsv", "tab", "psv", "txt", "jsonl", "ndjson", "json"];
    !is_hidden && endings.contains(&ending(name).as_str())
}

fn is_note(name: &str) -> bool {
    ending(name) == "txt"
}

/// The bytes of a file, unpacked, and how many of the packed ones were read.
pub(super) struct Unpacked {
    input: Box<dyn Read + Send>,
    n_bytes_read: Arc<AtomicU64>,
}

impl Unpacked {
    /// Opens a file.
    pub(super) fn open(
        file: &InputFile,
        packing: &Packing,
        limits: &Limits,
    ) -> io::Result<Unpacked> {
        let mut opened = File::open(&file.absolute)?;
        let n_bytes_read = Arc::new(AtomicU64::new(0));
        if let Packing::Zip(member) = packing {
            opened.seek(SeekFrom::Start(member.start))?;
        }
        let counted = Counted { input: opened, n_bytes: Arc::clone(&n_bytes_read) };
        let input: Box<dyn Read + Send> = match packing {
            Packing::Plain => Box::new(counted),
            Packing::Gzip => {
                let unpacked = MultiGzDecoder::new(BufReader::with_capacity(1 << 17, counted));
                Box::new(Bounded::new(unpacked, &n_bytes_read, limits))
            }
            Packing::Zstd => {
                let unpacked = zstd::stream::read::Decoder::new(counted)?;
                Box::new(Bounded::new(unpacked, &n_bytes_read, limits))
            }
            Packing::Zip(member) => {
                let packed = counted.take(member.n_bytes_packed);
                let unpacked: Box<dyn Read + Send> = match member.method {
                    Method::Stored => Box::new(packed),
                    Method::Deflated => Box::new(DeflateDecoder::new(packed)),
                };
                let checked = Checked::new(unpacked, member);
                Box::new(Bounded::new(checked, &n_bytes_read, limits))
            }
        };
        Ok(Unpacked { input, n_bytes_read })
    }

    /// Lends the count of bytes of the file that were read so far.
    pub(super) fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.n_bytes_read)
    }
}

impl Read for Unpacked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.input.read(out)
    }
}

/// Words what an unpacking stream complains of.
pub(super) fn fault(file: &InputFile, packing: &Packing, cause: &io::Error) -> Error {
    let Some(word) = packing.word() else { return Error::io(&file.path, cause) };
    let file = file.path.clone();
    match cause.kind() {
        io::ErrorKind::FileTooLarge => Error::Bomb { file, cause: cause.to_string() },
        io::ErrorKind::UnexpectedEof => {
            Error::Unreadable { file, cause: format!("its {word} stream is cut off") }
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => Error::io(&file, cause),
        _ => Error::Unreadable { file, cause: format!("its {word} stream is damaged") },
    }
}

/// Counts the bytes that were read.
struct Counted<R> {
    input: R,
    n_bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.input.read(out)?;
        self.n_bytes.fetch_add(n_bytes as u64, Ordering::Relaxed);
        Ok(n_bytes)
    }
}

/// Below this many bytes no ratio is too high: a file of one value packs well.
const N_BYTES_HARMLESS: u64 = 64 << 20;

/// Stops a stream that unpacks to more than anyone meant.
struct Bounded<R> {
    input: R,
    n_bytes_packed: Arc<AtomicU64>,
    n_bytes: u64,
    n_bytes_max: u64,
    ratio_max: u64,
}

impl<R: Read> Bounded<R> {
    fn new(input: R, n_bytes_packed: &Arc<AtomicU64>, limits: &Limits) -> Bounded<R> {
        Bounded {
            input,
            n_bytes_packed: Arc::clone(n_bytes_packed),
            n_bytes: 0,
            n_bytes_max: limits.n_bytes_unpacked_max,
            ratio_max: limits.unpacked_ratio_max,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.input.read(out)?;
        self.n_bytes += n_bytes as u64;
        let too_large = |cause: String| io::Error::new(io::ErrorKind::FileTooLarge, cause);
        if self.n_bytes > self.n_bytes_max {
            return Err(too_large(format!("more than {} bytes", self.n_bytes_max)));
        }
        let n_packed = self.n_bytes_packed.load(Ordering::Relaxed).max(1);
        if self.n_bytes > N_BYTES_HARMLESS && self.n_bytes / n_packed > self.ratio_max {
            return Err(too_large(format!("more than {} times its size", self.ratio_max)));
        }
        Ok(n_bytes)
    }
}

/// Checks length and checksum of a zip member at its end.
struct Checked<R> {
    input: R,
    crc: Crc,
    crc32: u32,
    n_bytes: u64,
}

impl<R: Read> Checked<R> {
    fn new(input: R, member: &Member) -> Checked<R> {
        Checked { input, crc: Crc::new(), crc32: member.crc32, n_bytes: member.n_bytes }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.input.read(out)?;
        if n_bytes == 0 && !out.is_empty() {
            let n_bytes = u64::from(self.crc.amount());
            if n_bytes < self.n_bytes & u64::from(u32::MAX) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if self.crc.sum() != self.crc32 {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        self.crc.update(&out[..n_bytes]);
        Ok(n_bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(bytes: &[u8], name: &str) -> (tempfile::TempDir, InputFile) {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(name), bytes).unwrap();
        let file = InputFile::at("crm", name, root.path().join(name), bytes.len() as u64);
        (root, file)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            out.write_all(bytes).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    fn unpacked(bytes: &[u8], limits: &Limits) -> Result<Vec<Vec<u8>>, Error> {
        let (_root, file) = packed(bytes, "a.bin");
        let mut all = Vec::new();
        for packing in found(&file, bytes)? {
            let mut out = Vec::new();
            Unpacked::open(&file, &packing, limits)
                .and_then(|mut input| input.read_to_end(&mut out))
                .map_err(|cause| fault(&file, &packing, &cause))?;
            all.push(out);
        }
        Ok(all)
    }

    #[test]
    fn what_was_packed_comes_out_of_every_packing() {
        let limits = Limits::default();
        let two = [gzip(b"id,email\n"), gzip(b"1,a\n")].concat();
        assert_eq!(unpacked(&two, &limits).unwrap(), [b"id,email\n1,a\n"]);
        let zst = zstd::encode_all(&b"id\n1\n"[..], 3).unwrap();
        assert_eq!(unpacked(&[&zst[..], &zst].concat(), &limits).unwrap(), [b"id\n1\nid\n1\n"]);
        let zip = archive(&[
            ("b.csv", b"b"),
            ("x/a.csv", b"a"),
            ("__MACOSX/a.csv", b"no"),
            ("readme.txt", b"no"),
            ("photo.png", b"no"),
        ]);
        assert_eq!(unpacked(&zip, &limits).unwrap(), [b"b", b"a"]);
        assert_eq!(unpacked(b"plain", &limits).unwrap(), [b"plain"]);
    }

    #[test]
    fn a_stream_that_is_cut_off_or_damaged_anywhere_is_refused() {
        let text: Vec<u8> =
            (0..4_000_u32).flat_map(|n| format!("{n},{}\n", n * 7_919).into_bytes()).collect();
        let limits = Limits::default();
        let zst = zstd::encode_all(&text[..], 3).unwrap();
        for bytes in [gzip(&text), zst, archive(&[("a.csv", &text)])] {
            for n_bytes in (5..bytes.len() - 1).step_by(bytes.len() / 40 + 1) {
                let cut = unpacked(&bytes[..n_bytes], &limits);
                assert!(matches!(cut, Err(Error::Unreadable { .. })), "cut at {n_bytes}");
            }
        }
        let mut wrong = gzip(&text);
        let crc = wrong.len() - 6;
        wrong[crc] ^= 1;
        assert!(matches!(unpacked(&wrong, &limits), Err(Error::Unreadable { .. })));
    }

    #[test]
    fn a_bomb_is_stopped_before_it_unfolds() {
        let zeros = vec![b'\n'; 80 << 20];
        let bomb = zstd::encode_all(&zeros[..], 3).unwrap();
        assert!(bomb.len() < 20_000);
        assert!(matches!(unpacked(&bomb, &Limits::default()), Err(Error::Bomb { .. })));
        let small = Limits { n_bytes_unpacked_max: 10, ..Limits::default() };
        assert!(matches!(unpacked(&gzip(b"more than ten"), &small), Err(Error::Bomb { .. })));
    }

    #[test]
    fn an_archive_without_a_table_is_refused() {
        let zip = archive(&[("photo.png", b"x")]);
        let error = unpacked(&zip, &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("holds no table"), "{error}");
    }
}
