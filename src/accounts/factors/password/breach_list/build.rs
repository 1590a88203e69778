//! Making a list of known passwords from a file with one a line: the password itself, or its SHA-1 in hex,
//! with or without `:` and a count, as published lists have it.

use super::{ENTRY_BYTES, GROUP_END_BYTES, HEAD, MARK, MOST_GROUP_BITS, Print};
use data_encoding::HEXLOWER_PERMISSIVE;
use std::io::{self, BufRead, BufWriter, Seek, SeekFrom, Write};

const SHA1_HEX: usize = 40;
/// A longer line is no password that anybody could set.
const LONGEST_LINE: u64 = 4096;

/// Returns how many passwords are in the list. A file that is sorted by SHA-1 is read without keeping it in
/// memory; of any other, eight bytes are kept for each line.
///
/// # Errors
/// If reading or writing fails, or there are more than four thousand million lines.
pub fn build(from: &mut (impl BufRead + Seek), to: &mut (impl Write + Seek)) -> io::Result<u64> {
    let (lines, is_sorted) = survey(from)?;
    from.rewind()?;
    if is_sorted {
        return write(lines, prints(from), to);
    }
    let mut kept = prints(from).collect::<io::Result<Vec<Print>>>()?;
    kept.sort_unstable();
    write(lines, kept.into_iter().map(Ok), to)
}

fn survey(from: &mut impl BufRead) -> io::Result<(u64, bool)> {
    let (mut lines, mut is_sorted, mut last) = (0, true, Print(0));
    for print in prints(from) {
        let print = print?;
        is_sorted &= last <= print;
        lines += 1;
        last = print;
    }
    Ok((lines, is_sorted))
}

fn prints(from: &mut impl BufRead) -> impl Iterator<Item = io::Result<Print>> {
    let mut line = Vec::new();
    std::iter::from_fn(move || {
        loop {
            match next_line(from, &mut line) {
                Err(error) => return Some(Err(error)),
                Ok(false) => return None,
                Ok(true) if line.is_empty() => {}
                Ok(true) => return Some(Ok(print_of(&line))),
            }
        }
    })
}

/// Without its end. Whether there was one.
fn next_line(from: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = io::Read::take(&mut *from, LONGEST_LINE).read_until(b'\n', line)?;
    if read as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a line is longer than any password",
        ));
    }
    while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        line.pop();
    }
    Ok(read > 0)
}

fn print_of(line: &[u8]) -> Print {
    let (head, rest) = line.split_at_checked(SHA1_HEX).unwrap_or((line, b""));
    let is_count = match rest {
        [] => true,
        [b':', count @ ..] => count.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    match HEXLOWER_PERMISSIVE.decode(head) {
        Ok(sha1) if head.len() == SHA1_HEX && is_count => Print::from_sha1(&sha1),
        _ => Print::of(line),
    }
}

/// So many that 16 to 32 entries fall into each group.
fn group_bits(lines: u64) -> u32 {
    (lines / 16).checked_ilog2().unwrap_or(0).min(MOST_GROUP_BITS)
}

fn write(
    lines: u64,
    sorted: impl Iterator<Item = io::Result<Print>>,
    to: &mut (impl Write + Seek),
) -> io::Result<u64> {
    let bits = group_bits(lines);
    let groups = 1_usize << bits;
    let mut sizes = vec![0_u32; groups];
    // What comes before the entries is known only after them.
    to.seek(SeekFrom::Start(HEAD + GROUP_END_BYTES * groups as u64))?;
    let mut out = BufWriter::new(&mut *to);
    let mut last = None;
    for print in sorted {
        let print = print?;
        let entry = (print.group(bits), print.entry(bits));
        if last.replace(entry) == Some(entry) {
            continue;
        }
        out.write_all(&entry.1)?;
        let group = usize::try_from(entry.0).unwrap_or(usize::MAX);
        if let Some(size) = sizes.get_mut(group) {
            *size += 1;
        }
    }
    out.flush()?;
    drop(out);
    write_head(bits, &sizes, to)
}

fn write_head(bits: u32, sizes: &[u32], to: &mut (impl Write + Seek)) -> io::Result<u64> {
    let entries: u64 = sizes.iter().copied().map(u64::from).sum();
    if u32::try_from(entries).is_err() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "there are too many lines"));
    }
    to.rewind()?;
    let mut out = BufWriter::new(&mut *to);
    out.write_all(MARK)?;
    out.write_all(&u64::from(bits).to_le_bytes())?;
    out.write_all(&entries.to_le_bytes())?;
    let mut end = 0_u32;
    for size in sizes {
        end += size;
        out.write_all(&end.to_le_bytes())?;
    }
    out.flush()?;
    drop(out);
    let written = to.seek(SeekFrom::End(0))?;
    let whole = HEAD + GROUP_END_BYTES * sizes.len() as u64 + ENTRY_BYTES * entries;
    if written == whole {
        return Ok(entries);
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "the file had something in it before"))
}

#[cfg(test)]
mod tests {
    use super::super::{BreachList, Print};
    use super::*;
    use data_encoding::HEXUPPER;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::fs::File;
    use std::io::Cursor;

    fn built(lines: &str) -> (BreachList, u64, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let mut file = File::create(&path).unwrap();
        let count = build(&mut Cursor::new(lines), &mut file).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        (BreachList::open(&path).unwrap(), count, bytes)
    }

    fn sha1(text: &str) -> String {
        use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
        HEXUPPER.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()).as_ref())
    }

    #[test]
    fn passwords_and_published_hashes_make_the_same_list() {
        assert_eq!(sha1("password"), "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8");
        let words = ["password", "letmein", "p:1", "walk through the hall"];
        let plain = words.join("\r\n");
        let mut hashes: Vec<String> = words.map(|word| format!("{}:17", sha1(word))).to_vec();
        hashes.sort();
        let (one, other) = (built(&plain), built(&(hashes.join("\n") + "\n\n")));
        assert_eq!(one.1, 4);
        assert_eq!(one.2, other.2);
        assert!(words.iter().all(|word| other.0.contains(word).unwrap()));
        assert!(!one.0.contains("Password").unwrap());
    }

    #[test]
    fn a_list_of_nothing_knows_nothing() {
        let (list, count, _) = built("\n\r\n");
        assert_eq!((count, list.is_empty()), (0, true));
        assert!(!list.contains("").unwrap());
    }

    #[test]
    fn what_is_no_list_of_lines_is_refused() {
        let long = "x".repeat(5000);
        assert!(build(&mut Cursor::new(long), &mut Cursor::new(Vec::new())).is_err());
    }

    #[test]
    fn groups_stay_small_at_every_size() {
        for lines in [0, 1, 16, 31, 19_640, 1_000_000, 1_200_000_000] {
            let bits = group_bits(lines);
            assert!(bits == 0 || (16..32).contains(&(lines >> bits)), "{lines}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_line_is_found_again(words in prop::collection::vec("[a-z]{1,8}", 0..600)) {
            let (list, count, _) = built(&words.join("\n"));
            let different: BTreeSet<Print> =
                words.iter().map(|word| Print::of(word.as_bytes())).collect();
            prop_assert_eq!(count, different.len() as u64);
            for word in &words {
                prop_assert!(list.contains(word).unwrap(), "{}", word);
            }
        }
    }
}
