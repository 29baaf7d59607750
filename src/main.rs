//! The web app. Trunk builds it with the feature `web`; everything it shows is
//! mounted by the element (`www/widget.js`) through [`mixed_movements::embed`].

fn main() {
    #[cfg(feature = "web")]
    mixed_movements::embed::start();
    #[cfg(not(feature = "web"))]
    eprintln!("mixed-movements runs in a browser: `make serve` builds and serves it.");
}
