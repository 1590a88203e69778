//! The limit: a server that answers the same bytes to everybody, without any middleware.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;
use axum::routing::get;
use std::net::SocketAddr;
use vestibule::platform::web::server::{Door, ServerSettings, serve};
use vestibule::platform::web::stop::stop;

/// Which loop accepts and reads: the project's own, or axum's for comparison.
pub fn run(own: bool, size: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        let router = router(size);
        if own {
            let (_stop, stopping) = stop();
            serve(Door { listener, tls: None, router }, ServerSettings::default(), stopping)
                .await
                .unwrap();
        } else {
            axum::serve(listener, router).await.unwrap();
        }
    });
}

fn router(size: usize) -> Router {
    let bytes = Bytes::from(vec![b'x'; size]);
    let answer = move || {
        let mut response = Response::new(Body::from(bytes.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
        async move { response }
    };
    Router::new().route("/", get(answer))
}
