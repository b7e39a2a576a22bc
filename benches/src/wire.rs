//! Just enough of HTTP/1.1 to ask cheaply: the driver shares its machine with what it measures.

use crate::fault::{Fault, told};
use axum::body::Body;
use axum::http::{HeaderName, header};
use std::fmt::Write as _;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request, for the wire or for a router in this process.
#[derive(Clone, Debug)]
pub struct Send {
    pub method: &'static str,
    pub path: String,
    pub token: Option<&'static str>,
    pub body: String,
}

const JSON: &str = "application/json";

impl Send {
    pub fn get(path: String) -> Self {
        Self {
            method: "GET",
            path,
            token: None,
            body: String::new(),
        }
    }

    pub fn post(path: &str, token: Option<&'static str>, body: String) -> Self {
        Self {
            method: "POST",
            path: path.to_owned(),
            token,
            body,
        }
    }

    fn headers(&self) -> Vec<(HeaderName, String)> {
        let mut headers = vec![(header::HOST, "localhost".to_owned())];
        if !self.body.is_empty() {
            headers.push((header::CONTENT_TYPE, JSON.to_owned()));
            headers.push((header::CONTENT_LENGTH, self.body.len().to_string()));
        }
        if let Some(token) = self.token {
            headers.push((header::AUTHORIZATION, format!("Bearer {token}")));
        }
        headers
    }

    /// As it goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        for (name, value) in self.headers() {
            // Writing into a String does not fail.
            let _ = write!(text, "{name}: {value}\r\n");
        }
        format!("{text}\r\n{}", self.body).into_bytes()
    }

    /// As a router takes it.
    ///
    /// # Errors
    /// A path that is none.
    pub fn request(&self) -> Result<axum::http::Request<Body>, Fault> {
        let mut request = axum::http::Request::builder()
            .method(self.method)
            .uri(&self.path);
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        Ok(request.body(Body::from(self.body.clone()))?)
    }
}

/// A connection that is kept.
pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    /// # Errors
    /// When nobody listens.
    pub async fn to(address: SocketAddr) -> Result<Self, Fault> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
        })
    }

    /// The body of the answer to `request`.
    ///
    /// # Errors
    /// Another status than 200, with the body; an answer without a length; a connection that ends.
    pub async fn ask(&mut self, request: &[u8]) -> Result<&[u8], Fault> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            self.read().await?;
            if let Some(at) = self
                .buffer
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n")
            {
                break at + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head]).unwrap_or_default();
        let is_ok = text.starts_with("HTTP/1.1 200 ");
        let length = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, length)| length.trim().parse::<usize>().ok())
            .ok_or_else(|| told(format!("an answer without a length: {text}")))?;
        while self.buffer.len() < head + length {
            self.read().await?;
        }
        let body = &self.buffer[head..head + length];
        if is_ok {
            Ok(body)
        } else {
            Err(told(String::from_utf8_lossy(body)))
        }
    }

    async fn read(&mut self) -> Result<(), Fault> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(told("the connection was closed")),
            _ => Ok(()),
        }
    }
}
