//! What does a file say, unpacked and in UTF-8?

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::encoding::{self, Encoding, Utf8};
use super::packing::{self, Packing, Unpacked};
use super::settings::Limits;
use super::{Error, InputFile};

/// How the text of a file is reached.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) file: InputFile,
    pub(super) packing: Packing,
    pub(super) encoding: Encoding,
}

/// As much of a file as its encoding is asked of.
const N_BYTES_SAMPLE: usize = 1 << 20;
/// As much of a file as is looked through for a first byte that is not ASCII.
const N_BYTES_SEARCHED: u64 = 64 << 20;

impl Way {
    /// Finds out how a file is encoded, where that was not given.
    pub(super) fn found(
        file: &InputFile,
        packing: Packing,
        given: Option<Encoding>,
        limits: &Limits,
    ) -> Result<Way, Error> {
        let way = Way { file: file.clone(), packing, encoding: Encoding::UTF_8 };
        let encoding = match given {
            Some(encoding) => encoding,
            None => way.encoding(limits)?,
        };
        Ok(Way { encoding, ..way })
    }

    /// Asks the first megabyte; if that is ASCII, the first stretch that is not.
    fn encoding(&self, limits: &Limits) -> Result<Encoding, Error> {
        let mut input = self.open(limits)?;
        let mut sample = Vec::new();
        let mut n_bytes = 0;
        loop {
            sample.clear();
            let n_read = (&mut input)
                .take(N_BYTES_SAMPLE as u64)
                .read_to_end(&mut sample)
                .map_err(|cause| input.fault(&cause))?;
            let is_all = n_read < N_BYTES_SAMPLE;
            let is_first = n_bytes == 0;
            n_bytes += n_read as u64;
            let found = encoding::found(&sample, is_all);
            let says_nothing = sample.is_ascii() && found == Encoding::UTF_8;
            let is_enough = is_all || n_bytes >= N_BYTES_SEARCHED || self.packing != Packing::Plain;
            // UTF-16 begins with its marks; further on it would be damage.
            let is_late = !is_first && found.name().starts_with("utf-16");
            if !says_nothing || is_enough {
                return Ok(if is_late { Encoding::UTF_8 } else { found });
            }
        }
    }

    /// Opens the file.
    pub(super) fn open(&self, limits: &Limits) -> Result<Stream, Error> {
        let unpacked = Unpacked::open(&self.file, &self.packing, limits)
            .map_err(|cause| packing::fault(&self.file, &self.packing, &cause))?;
        let n_bytes_read = unpacked.counter();
        let input: Box<dyn Read + Send> = if self.is_decoded() {
            Box::new(Utf8::new(unpacked, self.encoding))
        } else {
            Box::new(unpacked)
        };
        let (file, packing) = (self.file.clone(), self.packing.clone());
        Ok(Stream { file, packing, input, n_bytes_read })
    }

    /// Tells whether the text is not what stands in the file.
    pub(super) fn is_decoded(&self) -> bool {
        self.encoding != Encoding::UTF_8
    }

    /// Reads the first bytes, and tells whether they are all.
    pub(super) fn head(&self, n_bytes: usize, limits: &Limits) -> Result<(Vec<u8>, bool), Error> {
        let mut head = Vec::new();
        let mut input = self.open(limits)?;
        let n_read = (&mut input).take(n_bytes as u64 + 1).read_to_end(&mut head);
        let n_read = n_read.map_err(|cause| input.fault(&cause))?;
        head.truncate(n_bytes);
        Ok((head, n_read <= n_bytes))
    }
}

/// The text of a file, unpacked and in UTF-8.
pub(super) struct Stream {
    file: InputFile,
    packing: Packing,
    input: Box<dyn Read + Send>,
    n_bytes_read: Arc<AtomicU64>,
}

impl Stream {
    /// Words an error that came up while reading.
    pub(super) fn fault(&self, cause: &io::Error) -> Error {
        packing::fault(&self.file, &self.packing, cause)
    }

    /// Gives the file's path as reports show it.
    pub(super) fn path(&self) -> &str {
        &self.file.path
    }

    /// Lends the count of bytes of the file, as it is packed, that were read so far.
    pub(super) fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.n_bytes_read)
    }

    /// Puts a reader between the file and whoever reads.
    pub(super) fn through(
        self,
        between: impl FnOnce(Box<dyn Read + Send>) -> Box<dyn Read + Send>,
    ) -> Stream {
        Stream { input: between(self.input), ..self }
    }

    /// Passes over some bytes.
    pub(super) fn skip(&mut self, n_bytes: u64) -> Result<(), Error> {
        let skipped = io::copy(&mut (&mut self.input).take(n_bytes), &mut io::sink());
        skipped.map(|_| ()).map_err(|cause| self.fault(&cause))
    }
}

impl Read for Stream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.input.read(out)
    }
}
