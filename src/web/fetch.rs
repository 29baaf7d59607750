//! Bytes from an address: counted while they stream, hashed while they arrive, never more
//! than allowed. The hash is computed here where `crypto.subtle` is undefined, as on plain http.

use std::cell::RefCell;
use std::rc::Rc;

use sha2::{Digest as _, Sha256, Sha384, Sha512};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::text_of;

/// The most bytes that are read unless the host says otherwise.
pub const MAX_BYTES: u64 = 128 << 20;

/// Hears of bytes so far, and of all bytes where the server says how many.
pub type OnProgress = Box<dyn Fn(u64, Option<u64>)>;

/// What the caller wants of a request.
#[derive(Default)]
pub struct FetchOptions {
    /// The most bytes; [`MAX_BYTES`] where absent.
    pub max_bytes: Option<u64>,
    /// Hashes as in a `<script integrity>`; one of the strongest kind must match.
    pub integrity: Option<String>,
    /// Called as bytes arrive.
    pub on_progress: Option<OnProgress>,
    /// Ends the request.
    pub signal: Option<web_sys::AbortSignal>,
    /// A request that is already under way, as a promise of its response.
    pub response: Option<js_sys::Promise>,
}

/// What arrived.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
    /// Where they came from in the end, redirects followed; empty where nobody says.
    pub address: String,
    /// What the page's script found of the publisher's signature: `verified`, `unsigned` or
    /// `unchecked`; `None` where nobody asked.
    pub signature: Option<String>,
}

/// Why nothing arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchError {
    /// The server has no such file.
    NotFound(u16),
    /// The server answered with another error.
    Status(u16),
    /// No connection, a refused request, or a body that stopped half way.
    Network(String),
    /// More bytes than allowed.
    TooLarge(u64),
    /// The file is not the one whose hash was given.
    Integrity(String),
    /// The file is not signed by whom the page trusts.
    Signature,
    /// The caller ended it.
    Aborted,
}

impl FetchError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not-found",
            Self::Status(_) => "http-status",
            Self::Network(_) => "network",
            Self::TooLarge(_) => "too-large",
            Self::Integrity(_) => "integrity",
            Self::Signature => "signature",
            Self::Aborted => "aborted",
        }
    }
}

impl std::fmt::Display for FetchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound(status) => write!(f, "The address leads nowhere: the server answered {status}."),
            Self::Status(status) => write!(f, "The server answered {status}."),
            Self::Network(why) => write!(f, "The file could not be fetched: {why}"),
            Self::TooLarge(most) => write!(f, "The file has more than the {most} bytes that are allowed."),
            Self::Integrity(found) => write!(f, "The file is not the one expected: its hash is {found}."),
            Self::Signature => f.write_str("The signature of the file does not fit the file."),
            Self::Aborted => f.write_str("The request was ended."),
        }
    }
}

/// The response, how many bytes it announces, and how many there may be.
async fn begin(
    address: &str,
    options: &FetchOptions,
) -> Result<(web_sys::Response, Option<u64>, u64), FetchError> {
    let response = response(address, options).await?;
    match response.status() {
        200..=299 | 0 => {}
        status @ (404 | 410) => return Err(FetchError::NotFound(status)),
        status => return Err(FetchError::Status(status)),
    }
    // `Content-Length` counts what was sent, which is less than what arrives where the server
    // compresses; a total that is too small is not told.
    let encoded = response.headers().get("content-encoding").ok().flatten().is_some();
    let length = response.headers().get("content-length").ok().flatten();
    let total = length.and_then(|text| text.parse::<u64>().ok()).filter(|_| !encoded);
    let most = options.max_bytes.unwrap_or(MAX_BYTES);
    if total.is_some_and(|total| total > most) {
        return Err(FetchError::TooLarge(most));
    }
    Ok((response, total, most))
}

/// Fetches an address.
///
/// # Errors
/// Why nothing arrived.
pub async fn fetch(address: &str, options: FetchOptions) -> Result<Fetched, FetchError> {
    let (response, total, most) = begin(address, &options).await?;
    let mut bytes = Vec::with_capacity(total.unwrap_or(0) as usize);
    body(&response, total, most, &options, &mut |chunk| {
        in_pieces(chunk, &mut |piece| bytes.extend_from_slice(piece));
    })
    .await?;
    check(&bytes, options.integrity.as_deref())?;
    let sha256 = hex(&Sha256::digest(&bytes));
    // Written onto the response by `www/signature.js`, by the time its body has ended.
    let signature = js_sys::Reflect::get(&response, &JsValue::from_str("signature")).ok();
    let signature = signature.and_then(|signature| signature.as_string());
    Ok(Fetched { bytes, sha256, address: response.url(), signature })
}

/// What is done with bytes as they arrive: begun with how many there will be, where that is
/// known, then handed each chunk.
pub trait Sink {
    /// Before the first byte.
    fn begin(&mut self, total: Option<u64>);
    /// The next bytes.
    fn take(&mut self, chunk: &[u8]);
}

/// Fetches an address and hands its bytes on while they arrive. They are kept for it where a hash
/// was given: nothing is handed on of a file that is not the one expected. Gives the SHA-256, or
/// what it takes to make it.
///
/// # Errors
/// Why not all arrived. What was handed on by then is of no use.
pub async fn fetch_into(
    address: &str,
    options: FetchOptions,
    sink: &mut dyn Sink,
) -> Result<Hash, FetchError> {
    if options.integrity.is_some() {
        let fetched = fetch(address, options).await?;
        sink.begin(Some(fetched.bytes.len() as u64));
        sink.take(&fetched.bytes);
        return Ok(Hash::from(fetched.sha256));
    }
    let (response, total, most) = begin(address, &options).await?;
    sink.begin(total);
    let mut hash = ArrivingHash::new();
    body(&response, total, most, &options, &mut |chunk| {
        if let ArrivingHash::Browser(chunks) = &hash {
            chunks.push(chunk);
        }
        in_pieces(chunk, &mut |piece| {
            if let ArrivingHash::Own(own) = &mut hash {
                own.update(piece);
            }
            sink.take(piece);
        });
    })
    .await?;
    Ok(hash.finish())
}

/// The SHA-256 of a file, which nobody waits for: made by the browser when the file is there and
/// read, or here, should somebody want it before.
#[derive(Clone)]
pub struct Hash(Rc<RefCell<HashState>>);

enum HashState {
    Known(String),
    /// The chunks of the file, as the browser gave them.
    Kept(js_sys::Array),
}

impl From<String> for Hash {
    fn from(hex: String) -> Self {
        Self(Rc::new(RefCell::new(HashState::Known(hex))))
    }
}

impl Hash {
    /// In hexadecimal.
    pub fn hex(&self) -> String {
        let mut state = self.0.borrow_mut();
        match &*state {
            HashState::Known(hex) => hex.clone(),
            HashState::Kept(chunks) => {
                let mut hash = Sha256::new();
                for chunk in chunks.iter() {
                    hash.update(chunk.unchecked_into::<js_sys::Uint8Array>().to_vec());
                }
                let hex = hex(&hash.finalize());
                *state = HashState::Known(hex.clone());
                hex
            }
        }
    }

    /// The chunks of the file, each a `Uint8Array`, where their hash is still to be made.
    pub fn chunks(&self) -> Option<js_sys::Array> {
        match &*self.0.borrow() {
            HashState::Known(_) => None,
            HashState::Kept(chunks) => Some(chunks.clone()),
        }
    }

    /// Takes what the browser made of the bytes.
    pub fn put(&self, digest: &[u8]) {
        *self.0.borrow_mut() = HashState::Known(hex(digest));
    }
}

/// A SHA-256 of what arrives. The browser's own is several times as fast as one compiled to
/// WebAssembly, but wants all bytes at once: the chunks are kept for it as they are, since memory
/// that nobody used before costs more than what is done with it.
enum ArrivingHash {
    Browser(js_sys::Array),
    Own(Sha256),
}

impl ArrivingHash {
    fn new() -> Self {
        let member = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &JsValue::from_str(name)).ok();
        let subtle = member(&js_sys::global(), "crypto").and_then(|crypto| member(&crypto, "subtle"));
        match subtle.filter(JsValue::is_object) {
            Some(_) => Self::Browser(js_sys::Array::new()),
            None => Self::Own(Sha256::new()),
        }
    }

    fn finish(self) -> Hash {
        match self {
            Self::Own(own) => Hash::from(hex(&own.finalize())),
            Self::Browser(chunks) => Hash(Rc::new(RefCell::new(HashState::Kept(chunks)))),
        }
    }
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

async fn response(address: &str, options: &FetchOptions) -> Result<web_sys::Response, FetchError> {
    let promise = match &options.response {
        Some(promise) => promise.clone(),
        None => {
            let init = web_sys::RequestInit::new();
            init.set_signal(options.signal.as_ref());
            let window = web_sys::window().ok_or_else(|| FetchError::Network("there is no window".into()))?;
            window.fetch_with_str_and_init(address, &init)
        }
    };
    let value = JsFuture::from(promise).await.map_err(|error| failure(&error, options))?;
    value.dyn_into().map_err(|_| FetchError::Network("the answer is no response".into()))
}

fn failure(error: &JsValue, options: &FetchOptions) -> FetchError {
    if options.signal.as_ref().is_some_and(web_sys::AbortSignal::aborted) {
        return FetchError::Aborted;
    }
    let code = js_sys::Reflect::get(error, &JsValue::from_str("code")).ok();
    if code.and_then(|code| code.as_string()).is_some_and(|code| code == "signature") {
        return FetchError::Signature;
    }
    FetchError::Network(text_of(error))
}

/// Hands each chunk of a body to `take`, as the browser gave it.
async fn body(
    response: &web_sys::Response,
    total: Option<u64>,
    most: u64,
    options: &FetchOptions,
    take: &mut dyn FnMut(&js_sys::Uint8Array),
) -> Result<(), FetchError> {
    let Some(stream) = response.body() else { return Ok(()) };
    let reader: web_sys::ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let (done, value) = (JsValue::from_str("done"), JsValue::from_str("value"));
    let mut loaded = 0u64;
    loop {
        let step = JsFuture::from(reader.read()).await.map_err(|error| failure(&error, options))?;
        let field = |name: &JsValue| js_sys::Reflect::get(&step, name).unwrap_or(JsValue::UNDEFINED);
        if field(&done).is_truthy() {
            return Ok(());
        }
        let chunk: js_sys::Uint8Array = field(&value).unchecked_into();
        loaded = loaded.saturating_add(u64::from(chunk.length()));
        if loaded > most {
            let _ = reader.cancel();
            return Err(FetchError::TooLarge(most));
        }
        take(&chunk);
        if let Some(on_progress) = &options.on_progress {
            on_progress(loaded, total);
        }
    }
}

/// Copies a chunk piece by piece into the program's memory, so that a piece is still in the
/// processor's cache when it is read, and code that runs for the first time is soon called again,
/// by when the browser may have compiled it better.
fn in_pieces(chunk: &js_sys::Uint8Array, take: &mut dyn FnMut(&[u8])) {
    const PIECE: u32 = 1 << 16;
    let len = chunk.length();
    let mut space = vec![0; len.min(PIECE) as usize];
    for begin in (0..len).step_by(PIECE as usize) {
        let piece = chunk.subarray(begin, len.min(begin.saturating_add(PIECE)));
        space.truncate(piece.length() as usize);
        piece.copy_to(&mut space);
        take(&space);
    }
}

/// Compares bytes with an integrity string, as browsers do for scripts: of the strongest
/// kind named, one must match.
///
/// # Errors
/// [`FetchError::Integrity`] with the hash found.
pub fn check(bytes: &[u8], integrity: Option<&str>) -> Result<(), FetchError> {
    let Some(integrity) = integrity.filter(|text| !text.trim().is_empty()) else { return Ok(()) };
    let named = |kind: &str| -> Vec<&str> {
        integrity.split_whitespace().filter_map(|hash| hash.strip_prefix(kind)?.strip_prefix('-')).collect()
    };
    let kinds: [(&str, Vec<u8>); 3] = [
        ("sha512", Sha512::digest(bytes).to_vec()),
        ("sha384", Sha384::digest(bytes).to_vec()),
        ("sha256", Sha256::digest(bytes).to_vec()),
    ];
    for (kind, digest) in kinds {
        let expected = named(kind);
        if !expected.is_empty() {
            let found = base64(&digest);
            let matches = expected.iter().any(|hash| hash.split('?').next() == Some(found.as_str()));
            return if matches { Ok(()) } else { Err(FetchError::Integrity(format!("{kind}-{found}"))) };
        }
    }
    Err(FetchError::Integrity("of no kind that is known (sha256, sha384, sha512)".into()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().fold(0u32, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS.get((group >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'A');
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}
