//! A stranger's picture, read within limits and drawn anew (FZ-16). What leaves here was written by us: pixels and nothing
//! else, whatever stood in, before or behind the original.

use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{
    DynamicImage, ExtendedColorType, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits,
    Rgba, RgbaImage,
};
use std::io::Cursor;
use thiserror::Error;

/// Four times what a page shows of it, for screens with fine dots.
pub(super) const SIDE: u32 = 192;

/// Looked at in the head of the file, before room is made for its pixels.
const LARGEST_SIDE: u32 = 2048;

/// Such a picture of two bytes a channel, and as much again for the reading.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;

/// Why a file is no picture for us; for whoever looks after the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum Unfit {
    #[error("it is neither PNG, JPEG nor WebP")]
    OtherKind,
    #[error("something stands behind the picture in its file")]
    Trailing,
    #[error("it is wider or higher than 2048 pixels")]
    TooLarge,
    #[error("it cannot be read")]
    Broken,
}

/// At most [`SIDE`] wide and high, as PNG.
pub(super) fn redraw(file: &[u8]) -> Result<Vec<u8>, Unfit> {
    let format = kind(file)?;
    if !ends_with_picture(file, format) {
        return Err(Unfit::Trailing);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits());
    let whole = reader.decode().map_err(|error| match error {
        ImageError::Limits(_) => Unfit::TooLarge,
        _ => Unfit::Broken,
    })?;
    encode(&small(whole))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE);
    limits.max_image_height = Some(LARGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

/// By how it begins; what its server called it says nothing.
fn kind(file: &[u8]) -> Result<ImageFormat, Unfit> {
    let known = image::guess_format(file).ok().filter(|format| {
        matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)
    });
    known.ok_or(Unfit::OtherKind)
}

/// A file that is a picture and a page as well is nobody's logo.
fn ends_with_picture(file: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Png => file.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"),
        ImageFormat::Jpeg => file.ends_with(b"\xff\xd9"),
        // RIFF says how long it is, less its own head of eight bytes.
        _ => {
            let said = file.get(4..8).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
            let said = said.and_then(|bytes| usize::try_from(u32::from_le_bytes(bytes)).ok());
            said.and_then(|length| length.checked_add(8)) == Some(file.len())
        }
    }
}

fn small(whole: DynamicImage) -> RgbaImage {
    let pixels = whole.into_rgba8();
    if pixels.width() <= SIDE && pixels.height() <= SIDE {
        return pixels;
    }
    // What cannot be seen has a colour, too, and would show at the edges.
    let weighed = DynamicImage::from(each(pixels, |colour, alpha| colour * alpha / 255));
    let smaller = weighed.resize(SIDE, SIDE, FilterType::Triangle).into_rgba8();
    each(smaller, |colour, alpha| (colour * 255).checked_div(alpha).unwrap_or(0))
}

fn each(mut pixels: RgbaImage, weigh: impl Fn(u16, u16) -> u16) -> RgbaImage {
    for Rgba([red, green, blue, alpha]) in pixels.pixels_mut() {
        for colour in [red, green, blue] {
            let weighed = weigh((*colour).into(), (*alpha).into());
            *colour = u8::try_from(weighed).unwrap_or(u8::MAX);
        }
    }
    pixels
}

fn encode(pixels: &RgbaImage) -> Result<Vec<u8>, Unfit> {
    let mut png = Vec::new();
    let (width, height) = pixels.dimensions();
    let written =
        PngEncoder::new(&mut png).write_image(pixels, width, height, ExtendedColorType::Rgba8);
    written.map(|()| png).map_err(|_| Unfit::Broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::codecs::webp::WebPEncoder;

    fn picture(width: u32, height: u32) -> RgbaImage {
        RgbaImage::from_fn(width, height, |x, y| {
            let ramp = |at: u32| u8::try_from(at % 256).unwrap();
            Rgba([ramp(x), ramp(y), ramp(x + y), 255])
        })
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        encode(&picture(width, height)).unwrap()
    }

    fn read(png: &[u8]) -> RgbaImage {
        ImageReader::with_format(Cursor::new(png), ImageFormat::Png).decode().unwrap().into_rgba8()
    }

    /// A chunk of a PNG, with its length and check sum.
    fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        let mut sum = flate2::Crc::new();
        sum.update(&kind);
        sum.update(content);
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], &kind, content, &sum.sum().to_be_bytes()].concat()
    }

    /// With another chunk behind the head, which is always as long.
    fn with_chunk(png: &[u8], kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        [&png[..33], &chunk(kind, content), &png[33..]].concat()
    }

    fn holds(file: &[u8], words: &[u8]) -> bool {
        file.windows(words.len()).any(|part| part == words)
    }

    // FZ-16, P-043
    #[test]
    fn each_of_three_kinds_is_drawn_anew_within_our_size() {
        let (mut jpeg, mut webp) = (Vec::new(), Vec::new());
        let (rgb, rgba) = (DynamicImage::from(picture(300, 100)).into_rgb8(), picture(300, 100));
        JpegEncoder::new(&mut jpeg).encode(&rgb, 300, 100, ExtendedColorType::Rgb8).unwrap();
        WebPEncoder::new_lossless(&mut webp)
            .encode(&rgba, 300, 100, ExtendedColorType::Rgba8)
            .unwrap();
        for file in [png(300, 100), jpeg, webp] {
            let drawn = redraw(&file).unwrap();
            assert_eq!(kind(&drawn), Ok(ImageFormat::Png));
            assert_eq!(read(&drawn).dimensions(), (192, 64));
            assert!(drawn.len() < 160 * 1024);
        }
        assert_eq!(read(&redraw(&png(20, 30)).unwrap()).dimensions(), (20, 30), "none grows");
        assert_eq!(read(&redraw(&png(2048, 1)).unwrap()).dimensions(), (192, 1));
    }

    // FZ-16
    #[test]
    fn other_kinds_are_refused() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
        for file in [&svg[..], b"<!doctype html><p>x", gif, b"BM", b"%PDF-1.7", b"", b"\0"] {
            assert_eq!(redraw(file), Err(Unfit::OtherKind));
        }
        let whole = png(20, 20);
        let torn = [&whole[..40], b"\0\0\0\0IEND\xae\x42\x60\x82"].concat();
        assert_eq!(redraw(&torn), Err(Unfit::Broken));
        for end in 0..whole.len() {
            assert!(redraw(&whole[..end]).is_err(), "{end}");
        }
    }

    // FZ-16: the head alone says so; nothing as large is ever made room for
    #[test]
    fn a_picture_of_too_many_pixels_is_refused_by_its_head() {
        for (width, height) in [(2049, 1), (1, 2049), (50_000, 50_000), (u32::MAX >> 1, 1), (0, 1)]
        {
            let mut head = [width.to_be_bytes(), u32::to_be_bytes(height)].concat();
            head.extend([8, 6, 0, 0, 0]);
            let begin = [&b"\x89PNG\r\n\x1a\n"[..], &chunk(*b"IHDR", &head)].concat();
            let file = [begin, chunk(*b"IDAT", b"x"), chunk(*b"IEND", b"")].concat();
            let expected = if width == 0 { Unfit::Broken } else { Unfit::TooLarge };
            assert_eq!(redraw(&file), Err(expected), "{width} × {height}");
        }
    }

    // FZ-16, INV-32: a page behind the picture is refused, one within it does not come out
    #[test]
    fn what_is_more_than_a_picture_does_not_come_out() {
        let (page, whole) = (&b"<script>alert(1)</script>"[..], png(20, 20));
        assert_eq!(redraw(&[&whole[..], page].concat()), Err(Unfit::Trailing));
        let spoken = with_chunk(&whole, *b"tEXt", &[b"Comment\0", page].concat());
        let strange = with_chunk(&spoken, *b"prIv", page);
        assert!(holds(&strange, page));
        let drawn = redraw(&strange).unwrap();
        assert!(!holds(&drawn, b"script") && !holds(&drawn, b"tEXt") && !holds(&drawn, b"prIv"));
        assert_eq!(read(&drawn), picture(20, 20), "the same pixels");
    }

    // What cannot be seen must not colour what can
    #[test]
    fn an_invisible_colour_does_not_bleed() {
        let half = RgbaImage::from_fn(400, 400, |x, _| match x < 201 {
            true => Rgba([255, 0, 0, 255]),
            false => Rgba([0, 255, 0, 0]),
        });
        let drawn = read(&redraw(&encode(&half).unwrap()).unwrap());
        let seen = drawn.pixels().filter(|pixel| pixel.0[3] > 8);
        assert!(seen.clone().count() > 0);
        for Rgba([red, green, ..]) in seen {
            assert!(*red > 240 && *green < 8, "{red} {green}");
        }
    }
}
