//! A few static files over HTTP: pages for the harness's own tests, and pages of a foreign origin.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{Error, Result};

/// Only the site's own scripts and styles, so that what the policy forbids can be tried.
const POLICY: &str = "default-src 'self'; img-src 'self' data:";

/// A path (`/`, `/page.js`) and the text there. The path's ending decides the type.
pub type File = (&'static str, &'static str);

/// A running site. Dropping it ends it.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Site {
    /// Serves `files` on a free port of 127.0.0.1, and 404 for everything else.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn serve(files: &'static [File]) -> Result<Self> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Error::io("serve a site"))?;
        let address = listener.local_addr().map_err(Error::io("serve a site"))?;
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A browser that goes away in the middle is no concern of the site's.
                tokio::spawn(async move { answer(stream, files).await.ok() });
            }
        });
        Ok(Self { address, task })
    }

    /// The address of a path on this site.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(stream: TcpStream, files: &[File]) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    stream.read_line(&mut request).await?;
    let mut header = String::new();
    while stream.read_line(&mut header).await? > 2 {
        header.clear();
    }
    let path = request.split(' ').nth(1).unwrap_or("/");
    let file = files.iter().find(|(name, _)| *name == path);
    let (status, body) = file.map_or(("404 Not Found", ""), |(_, body)| ("200 OK", body));
    let kind = match path.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        _ => "text/html; charset=utf-8",
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Content-Security-Policy: {POLICY}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}
