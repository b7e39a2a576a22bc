//! Accepts connections and keeps slow or many clients from taking the server down.

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

use super::Limits;

/// Bytes of a request's head, and of what is buffered of a connection.
const BUFFER_BYTES: usize = 64 * 1024;

/// How long requests that are under way may take after the shutdown began.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(20);

/// How long to wait when no connection can be accepted, as when no file handles are left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves `app` over HTTP/1 until `shutdown` resolves, then finishes what is under way.
///
/// A connection is closed if a request's head takes longer than `limits.header_ms`, which
/// includes the wait for it. Connections beyond `limits.connections` wait to be accepted.
/// What is still under way 20 s after `shutdown` is given up.
///
/// # Errors
/// None at present: errors of a connection end that connection only.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: &Limits,
    shutdown: impl Future,
) -> io::Result<()> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.header_ms.into()))
        .max_buf_size(BUFFER_BYTES)
        .max_header_size(BUFFER_BYTES)
        .keep_alive(true)
        .half_close(false);
    let places = Arc::new(Semaphore::new(limits.connections as usize));
    let under_way = GracefulShutdown::new();
    let service = TowerToHyperService::new(app);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let (stream, place) = tokio::select! {
            biased;
            _ = &mut shutdown => break,
            accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (accept(&listener).await, place)
            } => accepted,
        };
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        let connection = under_way.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if timeout(SHUTDOWN_GRACE, under_way.shutdown()).await.is_err() {
        tracing::warn!("gave up requests that were still under way");
    }
    Ok(())
}

/// The next connection. Errors concern one connection, or pass by.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are written at once, so there is nothing to wait for.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "cannot send without delay");
                }
                return stream;
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
