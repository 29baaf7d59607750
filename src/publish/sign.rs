//! Signatures of snapshots: Ed25519 over the bytes of the file, kept beside it in a file of its
//! own, so that the snapshot stays the JSON-stat that everybody reads.
//!
//! Owns the forms of the three files: the private key in PKCS#8 PEM, which other programs read
//! too; the public key as the base64 of its 32 bytes, as pages name it; the signature as the
//! base64 of its 64 bytes. `www/signature.js` verifies the same in the browser.

use std::path::{Path, PathBuf};

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::problem::Problem;

/// What comes before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410, section 7).
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";

/// Where the signature of a snapshot lies.
pub fn signature_path(snapshot: &Path) -> PathBuf {
    let mut name = snapshot.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

/// Makes a pair of keys and writes `NAME.key`, for the publisher alone, and `NAME.pub`, for
/// everybody. Answers with the public key.
///
/// # Errors
/// A file that is there already, or cannot be written; no randomness.
pub fn make_keys(name: &Path) -> Result<String, Problem> {
    let beside = |extension: &str| {
        let mut path = name.as_os_str().to_owned();
        path.push(extension);
        PathBuf::from(path)
    };
    let (private, public) = (beside(".key"), beside(".pub"));
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        Problem::new(
            &private,
            format!("The system gives no randomness ({error})."),
            "Make the keys on another machine.",
        )
    })?;
    let key = SigningKey::from_bytes(&seed);
    let mut der = PKCS8.to_vec();
    der.extend(seed);
    write_new(&private, &format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", to_base64(&der)), true)?;
    let public_text = to_base64(key.verifying_key().as_bytes());
    write_new(&public, &format!("{public_text}\n"), false)?;
    Ok(public_text)
}

// A key that is overwritten is lost, hence never.
fn write_new(path: &Path, text: &str, is_secret: bool) -> Result<(), Problem> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    let mut file = options.open(path).map_err(|error| {
        Problem::new(
            path,
            format!("The file cannot be made ({error})."),
            "Choose another name: keys are never overwritten.",
        )
    })?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(|error| {
        Problem::new(path, format!("The file cannot be written ({error})."), "Check that the disk has room.")
    })
}

/// The text of the signature of `bytes` by the private key in the file `key`.
///
/// # Errors
/// A file that is no private key.
pub fn sign(bytes: &[u8], key: &Path) -> Result<String, Problem> {
    let wrong = || {
        Problem::new(
            key,
            "This is no private key of Ed25519 in PEM.",
            "Name the file ending in .key that `snapshot keys` made.",
        )
    };
    let text = read(key)?;
    let base64: String = text
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != PEM_BEGIN)
        .skip(1)
        .take_while(|line| *line != PEM_END)
        .collect();
    let der = from_base64(&base64).ok_or_else(wrong)?;
    let seed = der.strip_prefix(&PKCS8).and_then(|seed| <[u8; 32]>::try_from(seed).ok()).ok_or_else(wrong)?;
    Ok(format!("{}\n", to_base64(&SigningKey::from_bytes(&seed).sign(bytes).to_bytes())))
}

/// Whether the text of a signature is that of `bytes` by the owner of a public key: a file
/// ending in `.pub`, or the key itself as pages name it.
///
/// # Errors
/// A key that is none.
pub fn verify(bytes: &[u8], signature: &str, key: &str) -> Result<bool, Problem> {
    let path = Path::new(key);
    let text = if path.exists() { read(path)? } else { key.to_owned() };
    let public = from_base64(text.trim())
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
        .ok_or_else(|| {
            Problem::new(
                path,
                "This is no public key of Ed25519.",
                "Name the file ending in .pub that `snapshot keys` made, or the key as the page has it.",
            )
        })?;
    let signature = from_base64(signature.trim()).and_then(|bytes| Signature::from_slice(&bytes).ok());
    // Strict: keys and signatures of which several would fit are refused.
    Ok(signature.is_some_and(|signature| public.verify_strict(bytes, &signature).is_ok()))
}

fn read(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).map_err(|error| {
        Problem::new(path, format!("The file cannot be read ({error})."), "Correct its name.")
    })
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn to_base64(bytes: &[u8]) -> String {
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

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let plain = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - plain.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut bits) = (0u32, 0u32);
    for letter in plain.bytes() {
        let value = LETTERS.iter().position(|known| *known == letter)? as u32;
        group = (group << 6 | value) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((group >> bits & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(to_base64(bytes.as_bytes()), text);
            assert_eq!(from_base64(text).unwrap(), bytes.as_bytes());
        }
        assert_eq!(to_base64(&[255, 254, 253]), "//79");
        for wrong in ["Z", "Zg", "Zg=", "Zg==Zg==", "Z===", "Zm9v!mFy", "Zm 9"] {
            assert_eq!(from_base64(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_signature_holds_for_its_bytes_and_its_key_alone() {
        let folder = std::env::temp_dir().join(format!("mixed-movements-keys-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (ours, theirs) = (folder.join("ours"), folder.join("theirs"));
        let public = make_keys(&ours).unwrap();
        let foreign = make_keys(&theirs).unwrap();
        let signature = sign(b"figures", &folder.join("ours.key")).unwrap();
        assert!(verify(b"figures", &signature, &public).unwrap());
        assert!(verify(b"figures", &signature, folder.join("ours.pub").to_str().unwrap()).unwrap());
        assert!(!verify(b"figures!", &signature, &public).unwrap());
        assert!(!verify(b"figures", &signature, &foreign).unwrap());
        assert!(!verify(b"figures", "no signature", &public).unwrap());
        assert!(verify(b"figures", &signature, "no key").is_err());
        assert!(sign(b"figures", &folder.join("ours.pub")).is_err());
        // Keys are never overwritten.
        assert!(make_keys(&ours).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// The first vector of RFC 8032, section 7.1.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
        };
        let public = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        let signature = hex(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        );
        assert!(verify(b"", &to_base64(&signature), &to_base64(&public)).unwrap());
    }
}
