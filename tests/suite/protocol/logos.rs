//! The picture of an application: fetched once, drawn anew, and shown from our own address beside its name.

use crate::support::application::{Application, CALLBACK, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::registrar::Registrar;
use crate::support::server::TestServer;
use crate::support::site::Site;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageFormat, ImageReader};
use serde_json::json;
use std::io::Cursor;
use vestibule::admin::clients;
use vestibule::kernel::failure::Done;
use vestibule::kernel::ids::ClientId;
use vestibule::kernel::secret::Hash;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{About, Clients, Origin, Registration};
use vestibule::oauth::logos::model::{Logos, Progress, path};
use vestibule::platform::storage::Work;

const SCRIPT: &str = "<script>alert(1)</script>";

/// Noise, which no compression makes small.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut noise: u32 = 1;
    let pixels: Vec<u8> = (0..width * height * 3)
        .map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            noise.to_be_bytes()[0]
        })
        .collect();
    let mut png = Vec::new();
    let encoder = PngEncoder::new(&mut png);
    encoder.write_image(&pixels, width, height, ExtendedColorType::Rgb8).unwrap();
    png
}

fn with_logo(uri: &str) -> Registration {
    let about = About { logo_uri: Some(uri.to_owned()), ..About::default() };
    Registration { about, ..web() }
}

async fn house(engine: Engine, site: &Site) -> TestServer {
    let server = TestServer::wanted(engine).set("outbound.allow", &site.door());
    server.set("clients.registration", "open").start().await
}

async fn fetch(server: &TestServer) {
    server.turn("logos").await;
    server.turn("refresh").await;
}

async fn sign_in_page(server: &TestServer, application: &Application) -> Answer {
    server.visitor().visit(&application.request(&[])).await
}

async fn progress(server: &TestServer, application: &Application) -> Option<Progress> {
    let at = server.at(&server.default_tenant());
    clients::logo_of(&server.house().database, at, &application.client.id).await.unwrap()
}

async fn trouble(server: &TestServer, application: &Application) -> String {
    progress(server, application).await.unwrap().trouble.unwrap()
}

async fn change(server: &TestServer, application: &Application, registration: &Registration) {
    let (at, database) = (server.at(&server.default_tenant()), &server.house().database);
    let found = clients::get(database, at, &application.client.id).await.unwrap().unwrap();
    let done = clients::update(database, at, (&found, registration), &server.context()).await;
    assert!(!done.unwrap().is_empty());
}

/// Where the picture of a page is.
#[track_caller]
fn source(page: &Answer, side: u32) -> String {
    let before = "<img class=\"portrait\" src=\"";
    let (_, rest) = page.body.split_once(before).unwrap_or_else(|| panic!("{}", page.body));
    let (source, rest) = rest.split_once('"').unwrap();
    let sides = format!(" width=\"{side}\" height=\"{side}\" alt=\"\">");
    assert!(rest.starts_with(&sides), "{rest}");
    source.to_owned()
}

fn has_picture(page: &Answer) -> bool {
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.body.contains("Photos"), "{}", page.text());
    page.body.contains("<img")
}

async fn kept(server: &TestServer, application: &Application) -> Vec<u8> {
    let digest = progress(server, application).await.unwrap().digest.unwrap();
    let (at, id) = (server.at(&server.default_tenant()), &application.client.id);
    let read = async |work: &mut Work| work.logo_png(id, &digest).await;
    server.house().database.read(at, read).await.unwrap().unwrap()
}

// P-043, FZ-16: before anything is typed, and before anything is allowed
#[tokio::test]
async fn a_picture_is_fetched_once_and_shown_from_here() {
    for engine in engines() {
        let site = Site::open().await;
        site.put_bytes("/logo", &png(300, 150));
        let server = house(engine, &site).await;
        let registration = with_logo(&site.url("/logo"));
        let photos = server.application(&server.default_tenant(), registration).await;
        let mut ada = server.ada().await;
        let consent = photos.sign_in(&mut ada, &[]).await;
        assert!(!has_picture(&consent) && site.asked().is_empty(), "nobody waits for it");
        fetch(&server).await;
        fetch(&server).await;
        let (login, consent) =
            (sign_in_page(&server, &photos).await, ada.visit(&photos.request(&[])).await);
        assert_eq!(source(&login, 32), source(&consent, 48));
        assert_eq!(site.asked(), ["/logo"], "once, and by nobody but us");
        assert!(!login.body.contains(&site.door()) && !consent.body.contains(&site.door()));
        let picture = kept(&server, &photos).await;
        let answer = server.browser().get(&source(&login, 32)).await;
        assert_eq!(answer.body, String::from_utf8_lossy(&picture), "{engine:?}");
        let drawn = ImageReader::with_format(Cursor::new(&picture), ImageFormat::Png).decode();
        let drawn = drawn.unwrap();
        assert_eq!((drawn.width(), drawn.height()), (192, 96));
        assert!(picture.len() < 160 * 1024);
        server.end().await;
    }
}

// P-043, INV-32: as bytes that can be nothing but a picture, to whoever asks, for ever
#[tokio::test]
async fn a_picture_is_served_as_a_picture_and_nothing_else() {
    let site = Site::open().await;
    site.put_bytes("/logo", &png(20, 10));
    let server = house(Engine::Sqlite, &site).await;
    let photos = server.application(&server.default_tenant(), with_logo(&site.url("/logo"))).await;
    fetch(&server).await;
    let (place, browser) = (source(&sign_in_page(&server, &photos).await, 32), server.browser());
    let answer = browser.get(&place).await;
    for (name, value) in [
        ("content-type", "image/png"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("set-cookie", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let head = browser.ask("HEAD", &place, &[]).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), answer.header("content-length"));
    let known = browser.ask("GET", &place, &[("if-none-match", answer.header("etag"))]).await;
    assert_eq!(known.status, 304);
    let other = server.tenant("acme", &[]).await;
    let elsewhere = format!("{}{place}", other.base());
    let another = path(&photos.client.id, &Hash::of(b"another"));
    let (shorter, upper) = (place.replace(".png", ""), place.replace(".png", ".PNG"));
    for path in [&elsewhere, &another, &shorter, &upper, "/logo/x/y.png"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    server.end().await;
}

// P-043, FZ-16, A-117: what is no picture is not shown, and nobody who signs in hears of it
#[tokio::test]
async fn what_is_no_picture_is_not_shown() {
    let (site, canary) = (Site::open().await, Site::open().await);
    let server = house(Engine::Sqlite, &site).await;
    canary.put_bytes("/logo", &png(20, 20));
    site.put("/svg", &format!("<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>"));
    site.put("/html", &format!("<!doctype html>{SCRIPT}"));
    site.put_bytes("/wide", &png(2049, 1));
    site.put_bytes("/both", &[&png(20, 20)[..], SCRIPT.as_bytes()].concat());
    site.put_bytes("/heavy", &png(320, 320));
    for (uri, why) in [
        (site.url("/svg"), "it is neither PNG, JPEG nor WebP"),
        (site.url("/html"), "it is neither PNG, JPEG nor WebP"),
        (site.url("/wide"), "it is wider or higher than 2048 pixels"),
        (site.url("/both"), "something stands behind the picture in its file"),
        (site.url("/heavy"), "its answer is too large"),
        (site.url("/none"), "it answered 404"),
        (canary.url("/logo"), "only https:// is spoken"),
        (canary.url("/logo").replace("http:", "https:"), "its address is private or reserved"),
        ("https://169.254.169.254/latest".into(), "its address is private or reserved"),
    ] {
        let photos = server.application(&server.default_tenant(), with_logo(&uri)).await;
        fetch(&server).await;
        assert!(!has_picture(&sign_in_page(&server, &photos).await), "{uri}");
        let said = trouble(&server, &photos).await;
        assert!(said.starts_with(why), "{uri}: {said}");
        let lines = server.logs.lines_with(&["an application has no picture"]);
        assert!(lines.last().unwrap().contains(photos.id()), "{uri}");
    }
    assert!(canary.asked().is_empty());
    server.end().await;
}

// P-043: a picture belongs to the address it came from, and goes with it
#[tokio::test]
async fn a_picture_goes_with_its_address() {
    for engine in engines() {
        let site = Site::open().await;
        site.put_bytes("/one", &png(20, 20));
        site.put_bytes("/two", &png(30, 30));
        let server = house(engine, &site).await;
        let one = with_logo(&site.url("/one"));
        let photos = server.application(&server.default_tenant(), one.clone()).await;
        fetch(&server).await;
        let first = source(&sign_in_page(&server, &photos).await, 32);
        change(&server, &photos, &with_logo(&site.url("/two"))).await;
        assert!(!has_picture(&sign_in_page(&server, &photos).await), "{engine:?}: at once");
        assert_eq!(server.browser().get(&first).await.status, 404);
        fetch(&server).await;
        let second = source(&sign_in_page(&server, &photos).await, 32);
        assert_ne!(first, second);
        change(&server, &photos, &web()).await;
        assert!(!has_picture(&sign_in_page(&server, &photos).await));
        assert_eq!(server.browser().get(&second).await.status, 404);
        fetch(&server).await;
        assert_eq!(site.asked(), ["/one", "/two"]);
        change(&server, &photos, &one).await;
        assert!(late_pictures_are_not_kept(&server, &photos).await, "{engine:?}");
        server.end().await;
    }
}

/// It is on its way when the application registers another.
async fn late_pictures_are_not_kept(server: &TestServer, photos: &Application) -> bool {
    let (at, id) = (server.at(&server.default_tenant()), &photos.client.id);
    let database = &server.house().database;
    let take = async |work: &mut Work| Ok(work.take_logo(id, 0).await?);
    let taken: Done<_> = database.write(at, take).await;
    let taken = taken.unwrap().unwrap();
    let again: Done<_> = database.write(at, take).await;
    assert_eq!(again.unwrap(), None, "it is taken once");
    change(server, photos, &with_logo("https://other.example.test/logo")).await;
    let keep = async |work: &mut Work| Ok(work.keep_logo(&taken, b"late").await?);
    let kept: Done<_> = database.write(at, keep).await;
    let read = async |work: &mut Work| work.client(id).await;
    let found = database.read(at, read).await.unwrap().unwrap();
    !kept.unwrap() && found.logo().is_none()
}

// P-043: whoever cannot be reached is asked again, and not for ever
#[tokio::test]
async fn a_picture_that_cannot_be_fetched_is_asked_for_again_a_few_times() {
    let site = Site::open().await;
    let server = house(Engine::Sqlite, &site).await;
    let photos = server.application(&server.default_tenant(), with_logo(&site.url("/late"))).await;
    let never = server.application(&server.default_tenant(), with_logo(&site.url("/never"))).await;
    fetch(&server).await;
    fetch(&server).await;
    assert_eq!(site.asked(), ["/late", "/never"], "not at once");
    site.put_bytes("/late", &png(20, 20));
    for _ in 0..10 {
        server.clock.advance(Lifetime::hours(1));
        fetch(&server).await;
    }
    assert!(has_picture(&sign_in_page(&server, &photos).await));
    assert!(!has_picture(&sign_in_page(&server, &never).await));
    let asked = |path: &str| site.asked().iter().filter(|asked| *asked == path).count();
    assert_eq!((asked("/late"), asked("/never")), (2, 4));
    let progress = progress(&server, &never).await.unwrap();
    assert_eq!((progress.tries, progress.due_at), (4, None));
    server.end().await;
}

// P-043: whoever registered by themselves chose name and picture themselves, and people read that beside them
#[tokio::test]
async fn a_stranger_is_shown_as_one() {
    let site = Site::open().await;
    site.put_bytes("/logo", &png(20, 20));
    let server = house(Engine::Sqlite, &site).await;
    let itself = Registration { origin: Origin::Itself, ..with_logo(&site.url("/logo")) };
    let photos = server.application(&server.default_tenant(), itself).await;
    fetch(&server).await;
    let mut ada = server.ada().await;
    let login = sign_in_page(&server, &photos).await;
    let consent = photos.sign_in(&mut ada, &[]).await;
    for page in [&login, &consent] {
        assert!(has_picture(page));
        let words = "Photos registered itself here, and nobody has looked at it.";
        assert!(page.body.contains(words), "{}", page.text());
    }
    let ours = server.application(&server.default_tenant(), with_logo(&site.url("/logo"))).await;
    assert!(!sign_in_page(&server, &ours).await.body.contains("registered itself"));
    server.end().await;
}

// P-043, A-112: whoever registers waits for no picture, and one registered over the wire is fetched like any other
#[tokio::test]
async fn registering_waits_for_no_picture() {
    let site = Site::open().await;
    let server = house(Engine::Sqlite, &site).await;
    let (registrar, logo) = (Registrar::new(&server), site.url("/logo").replace("http:", "https:"));
    let sent = json!({ "client_name": "Photos", "redirect_uris": [CALLBACK], "logo_uri": logo });
    let registered = registrar.post(None, &sent).await;
    assert_eq!(registered.status, 201, "{}", registered.text());
    let told = registered.json();
    assert_eq!(told["logo_uri"], logo.as_str());
    assert!(site.asked().is_empty());
    let id = ClientId::parse(told["client_id"].as_str().unwrap()).unwrap();
    let (at, database) = (server.at(&server.default_tenant()), &server.house().database);
    let progress = async || clients::logo_of(database, at, &id).await.unwrap();
    let waiting = progress().await.unwrap();
    assert_eq!((waiting.uri, waiting.tries, waiting.due_at), (logo, 0, Some(at.now)));
    let token = told["registration_access_token"].as_str().unwrap();
    let less = json!({ "client_id": id.as_str(), "redirect_uris": [CALLBACK] });
    let changed = registrar.manage("PUT", id.as_str(), token, Some(&less)).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(progress().await, None);
    server.end().await;
}
