//! The workbench behind a socket.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use demarche_http::{
    BodyBounds, BodyError, Bounds, Handler, HttpAnswer, Listener, Stop, discard, read_body,
};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method as HttpMethod, Request, Response, StatusCode};

use crate::ask::{Ask, Form, Method, Sent};
use crate::desk::Workbench;
use crate::guard::{Guard, NoLogin, Refusal};
use crate::pages;
use crate::reply::Reply;

/// The bytes of a form, files included.
const BODY: u64 = 256 << 20;

/// The bytes of a name and a password.
const LOGIN_BODY: u64 = 16 << 10;

/// Requests that are answered at a time; an answer may take all processors.
const ANSWERS: usize = 8;

/// The policy of pages: no script but ours, nothing from or to anywhere else, and no frame around them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of a note that stands within a page: nothing but look as it does.
const FRAMED: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

/// A workbench that cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("cannot start")]
pub struct ServeError(#[from] io::Error);

/// Serves a workbench to those whom the guard lets in, until the stop.
///
/// # Errors
///
/// The system gives no threads, sockets or signals.
pub fn serve(
    bench: Arc<Workbench>,
    guard: Guard,
    listener: Listener,
    stop: &Stop,
) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(ANSWERS)
        .enable_all()
        .build()?;
    let bounds = Bounds {
        connections: 64,
        connections_per_address: 64,
        head_timeout: Duration::from_secs(60),
        stall_timeout: Duration::from_secs(15),
        stop_timeout: Duration::from_secs(2),
    };
    let door = Arc::new(Door { bench, guard, checking: tokio::sync::Mutex::default() });
    let ended = runtime.block_on(listener.serve(door, bounds, stop));
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(ended?)
}

/// The way from the socket to the desk: who asks is checked before anything is read.
struct Door {
    bench: Arc<Workbench>,
    guard: Guard,
    /// Held while a password is checked, which takes 19 MiB.
    checking: tokio::sync::Mutex<()>,
}

impl Handler for Door {
    async fn respond(self: Arc<Self>, from: IpAddr, request: Request<Incoming>) -> HttpAnswer {
        let (parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let ask = Ask::get(target);
        if let Err(refusal) = self.guard.check_host(&parts.headers) {
            discard(body, 1 << 20);
            return refused(StatusCode::FORBIDDEN, refusal.in_words());
        }
        let Ok(by) = self.guard.asker(&parts.headers) else {
            return self.stranger(from, &ask, target, &parts, body).await;
        };
        let ask = Ask { by, ..ask };
        let ask = match parts.method {
            HttpMethod::GET | HttpMethod::HEAD => {
                discard(body, 1 << 20);
                let is_fragment = parts.headers.contains_key("x-fragment");
                Ask { is_fragment, ..ask }
            }
            HttpMethod::POST => match self.posted(ask, &parts.headers, body).await {
                Ok(ask) => ask,
                Err((status, text)) => return refused(status, &text),
            },
            _ => return refused(StatusCode::METHOD_NOT_ALLOWED, "Only GET and POST are known."),
        };
        if ask.method == Method::Post && ask.parts() == ["logout"] {
            return with_cookie(Reply::go("/"), &self.guard.log_out(&parts.headers));
        }
        let bench = Arc::clone(&self.bench);
        let answered = tokio::task::spawn_blocking(move || bench.reply(&ask)).await;
        match answered {
            Ok(reply) => http(reply),
            Err(_) => refused(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The page could not be made; this is a fault of the program.",
            ),
        }
    }
}

impl Door {
    /// Answers somebody without a cookie: takes the token of the start address, or a name and a password.
    async fn stranger(
        &self,
        from: IpAddr,
        ask: &Ask,
        target: &str,
        parts: &Parts,
        body: Incoming,
    ) -> HttpAnswer {
        let is_look = matches!(parts.method, HttpMethod::GET | HttpMethod::HEAD);
        match ask.parts().as_slice() {
            ["login"] if self.guard.has_users() && parts.method == HttpMethod::POST => {
                return self.log_in(from, &parts.headers, body).await;
            }
            // What every page loads tells nothing of a case, and the page for the login loads it as well.
            ["assets", name] if self.guard.has_users() && is_look => {
                discard(body, 1 << 20);
                return http(pages::asset(name));
            }
            _ => discard(body, 1 << 20),
        }
        if self.guard.has_users() {
            // A form of somebody who was logged out meanwhile is lost; the page it came from is not.
            let to = if is_look { target } else { "/" };
            return http(Reply::with_status(&pages::login(to, None), StatusCode::UNAUTHORIZED));
        }
        let token = ask.query.first("token");
        match self.guard.cookie_for(token).filter(|_| is_look) {
            Some(cookie) => with_cookie(Reply::go("/"), &cookie),
            None => refused(StatusCode::FORBIDDEN, Refusal::Stranger.in_words()),
        }
    }

    /// Checks a name and a password; where they are right, goes on to the page that was asked for.
    async fn log_in(&self, from: IpAddr, headers: &HeaderMap, body: Incoming) -> HttpAnswer {
        if let Err(refusal) = self.guard.check_origin(headers) {
            discard(body, 1 << 20);
            return refused(StatusCode::FORBIDDEN, refusal.in_words());
        }
        let form = match read_form(headers, body, LOGIN_BODY).await {
            Ok(form) => form,
            Err((status, text)) => return refused(status, &text),
        };
        let to = page_of(form.first("to"));
        let _one_at_a_time = self.checking.lock().await;
        let guard = self.guard.clone();
        let checked = tokio::task::spawn_blocking(move || {
            guard.log_in(from, form.first("name"), form.exact("password"))
        });
        match checked.await.unwrap_or_else(|error| Err(NoLogin::Failed(error.to_string()))) {
            Ok(cookie) => with_cookie(Reply::go(to), &cookie),
            Err(problem) => {
                let page = pages::login(&to, Some(&problem.in_words()));
                http(Reply::with_status(&page, StatusCode::UNAUTHORIZED))
            }
        }
    }

    /// Reads a form, and checks that it comes from a page of the workbench.
    async fn posted(
        &self,
        ask: Ask,
        headers: &HeaderMap,
        body: Incoming,
    ) -> Result<Ask, (StatusCode, String)> {
        let form = read_form(headers, body, BODY).await?;
        self.guard
            .check_form(headers, &ask.by, form.first("form"))
            .map_err(|refusal| (StatusCode::FORBIDDEN, refusal.in_words().to_owned()))?;
        Ok(Ask { method: Method::Post, form, ..ask })
    }
}

/// The address within the workbench that a login leads to; the first page for anything else.
fn page_of(to: &str) -> String {
    let is_inside =
        to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    if is_inside { to.to_owned() } else { "/".to_owned() }
}

/// Reads a body of at most so many bytes as a form.
async fn read_form(
    headers: &HeaderMap,
    body: Incoming,
    bytes: u64,
) -> Result<Form, (StatusCode, String)> {
    let (whole, stall) = (Duration::from_secs(600), Duration::from_secs(15));
    let bounds = BodyBounds { bytes, whole, stall };
    let bytes = read_body(body, headers, bounds).await.map_err(|error| {
        let status = match error {
            BodyError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::Packed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => StatusCode::BAD_REQUEST,
        };
        (status, error.to_string())
    })?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let form = form(kind.unwrap_or(""), bytes).await;
    form.ok_or_else(|| (StatusCode::BAD_REQUEST, "The form could not be read.".to_owned()))
}

/// Reads a form in either encoding.
async fn form(kind: &str, bytes: Vec<u8>) -> Option<Form> {
    let Ok(boundary) = multer::parse_boundary(kind) else {
        return kind.starts_with("application/x-www-form-urlencoded").then(|| Form::read(&bytes));
    };
    let whole = futures_util::stream::iter([Ok::<_, io::Error>(Bytes::from(bytes))]);
    let mut parts = multer::Multipart::new(whole, boundary);
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name().unwrap_or("").to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.ok()?;
        match file {
            // A field for a file that was left empty.
            Some(name) if name.is_empty() && bytes.is_empty() => {}
            Some(name) => form.files.push(Sent { name, bytes: bytes.to_vec() }),
            None => form.add(&name, &String::from_utf8_lossy(&bytes)),
        }
    }
    Some(form)
}

/// An answer that sets the cookie.
fn with_cookie(reply: Reply, cookie: &str) -> HttpAnswer {
    let mut answer = http(reply);
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}

fn refused(status: StatusCode, text: &str) -> HttpAnswer {
    http(Reply::with_status(&pages::refusal(status, text), status))
}

/// An answer with the headers that every answer has.
fn http(reply: Reply) -> HttpAnswer {
    let status = reply.status();
    let mut headers: Vec<(HeaderName, String)> = Vec::new();
    let mut is_fixed_file = false;
    let (mut policy, mut frame) = (POLICY, "DENY");
    let body = match reply {
        Reply::Page { html, .. } => {
            headers.push((header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()));
            html.into_bytes()
        }
        Reply::Go(path) => {
            headers.push((header::LOCATION, path));
            Vec::new()
        }
        Reply::File { kind, name, bytes, is_fixed } => {
            headers.push((header::CONTENT_TYPE, kind.to_owned()));
            is_fixed_file = is_fixed;
            if let Some(name) = name {
                let kept = format!("attachment; filename=\"{name}\"");
                headers.push((header::CONTENT_DISPOSITION, kept));
            } else if kind.starts_with("text/html") {
                (policy, frame) = (FRAMED, "SAMEORIGIN");
            }
            bytes
        }
    };
    // Pages of a case do not belong into the browser's store.
    let cache = if is_fixed_file { "private, max-age=3600" } else { "no-store" };
    headers.extend([
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy.to_owned()),
        // Without any referrer, a browser would not tell the origin of a form either.
        (header::REFERRER_POLICY, "same-origin".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::X_FRAME_OPTIONS, frame.to_owned()),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ]);
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
