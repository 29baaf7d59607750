//! The layers, held: which module may import which, who may name which crate, and what may not be
//! written down at all. The tables are here and nowhere else; `ARCHITECTURE.md` explains them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the widget, and what each may import of the others (`statcube` all may).
const WIDGET: &[(&str, &[&str])] = &[
    ("i18n", &[]),
    ("present", &["i18n"]),
    ("narrative", &["i18n", "present"]),
    ("chart", &["i18n", "present"]),
    ("state", &["i18n", "chart"]),
    ("export", &["i18n", "present", "narrative", "chart", "state"]),
    ("publish", &["i18n", "present", "narrative", "chart", "state", "export"]),
    ("bin", &["i18n", "present", "narrative", "chart", "state", "export", "publish"]),
    ("web", &["chart", "state", "export"]),
    ("ui", &["i18n", "present", "narrative", "chart", "state", "export", "web"]),
    ("embed", &["i18n", "present", "narrative", "chart", "state", "export", "web", "ui"]),
    ("main", &["embed"]),
];

/// The modules of the engine.
const ENGINE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("order", &[]),
    ("map", &["order"]),
    ("model", &["error", "order", "map"]),
    ("figures", &["model"]),
    ("cube", &["error", "order", "map", "model"]),
    ("jsonstat", &["error", "order", "map", "model"]),
];

/// Crates that only some places may name. A place is a file or a folder.
const CRATES: &[(&[&str], &[&str])] = &[
    (
        &["plotters", "plotters_backend", "plotters_canvas", "plotters_svg"],
        &["src/chart/paint.rs", "src/web/canvas.rs", "src/export/svg.rs"],
    ),
    (
        &["leptos", "web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "serde_wasm_bindgen"],
        &["src/web/", "src/ui/", "src/embed/", "src/main.rs"],
    ),
    (
        &["serde_json"],
        &[
            "crates/statcube/src/jsonstat/",
            "crates/statcube-core/src/figures.rs",
            "src/state/",
            "src/chart/shapes.rs",
            "src/export/",
            "src/i18n/",
            "src/publish/",
            "src/bin/",
            "src/embed/",
        ],
    ),
    (&["csv", "toml"], &["src/publish/", "src/bin/"]),
    (&["ed25519_dalek", "getrandom"], &["src/publish/sign.rs"]),
];

#[test]
fn a_module_of_the_widget_imports_only_what_its_layer_may() {
    assert_eq!(forbidden_imports("src", WIDGET), Vec::<String>::new());
}

#[test]
fn a_module_of_the_engine_imports_only_what_its_layer_may() {
    for folder in ["crates/statcube/src", "crates/statcube-core/src"] {
        assert_eq!(forbidden_imports(folder, ENGINE), Vec::<String>::new());
    }
}

#[test]
fn a_crate_is_named_only_where_it_belongs() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (crates, places) in CRATES {
            if places.iter().any(|place| source.path.starts_with(place)) {
                continue;
            }
            for (number, line) in source.lines() {
                for name in *crates {
                    let named = [format!("{name}::"), format!("use {name};"), format!("extern crate {name}")];
                    if named.iter().any(|named| has_word_start(line, named)) {
                        wrong.push(format!("{}:{number}: names {name}", source.path));
                    }
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_web_module_asks_for_the_target() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !source.path.starts_with("src/web/")) {
        for (number, line) in source.lines() {
            if line.contains("target_arch") || line.contains("target_family") {
                wrong.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Trusted Types refuse `innerHTML`, which Leptos uses for subtrees without anything dynamic unless the
/// view has a global class; a strict policy refuses inline styles.
#[test]
fn the_interface_uses_nothing_that_a_strict_policy_refuses() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in source.lines() {
            for refused in ["inner_html", "outer_html", "insert_adjacent_html", "template!", " style="] {
                if line.contains(refused) {
                    wrong.push(format!("{}:{number}: {refused}", source.path));
                }
            }
        }
        for (index, _) in source.code.match_indices("view! {") {
            let inside = source.code[index + "view! {".len()..].trim_start();
            if !inside.starts_with("class =") {
                let number = source.code[..index].lines().count();
                wrong.push(format!("{}:{number}: view! without a global class (`class = …,`)", source.path));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The program knows no subject: places, nationalities, measures and the publisher are the snapshot's.
#[test]
fn no_name_of_the_subject_stands_in_the_code() {
    let names = subject_names();
    assert!(names.len() > 40, "the names were not found: {names:?}");
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in source.text.lines().enumerate() {
            for name in &names {
                if has_word(line, name) {
                    wrong.push(format!("{}:{}: {name}", source.path, number + 1));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A path of somebody's machine is of no use to anybody else.
#[test]
fn no_file_names_a_path_of_one_machine() {
    let folders = ["work", "tmp", "root", "home", "Users"].map(|folder| format!("/{folder}/"));
    let mut wrong = Vec::new();
    for path in text_files() {
        let text = fs::read_to_string(root().join(&path)).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            for folder in &folders {
                let found = line.match_indices(folder).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || "/.$~-_})".contains(c))
                });
                if found {
                    wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// One source file, without its unit tests.
struct Source {
    /// Relative to the repository, with `/`.
    path: String,
    /// All up to `#[cfg(test)]`.
    text: String,
    /// The same without comments, line by line.
    code: String,
}

impl Source {
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["src", "crates/statcube/src", "crates/statcube-core/src"] {
        walk(&root().join(folder), &mut |path| {
            if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("tests.rs") {
                return;
            }
            let whole = fs::read_to_string(path).unwrap();
            // Unit tests stand last in a file.
            let text = whole.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            let code = text.lines().map(without_comment).collect::<Vec<_>>().join("\n");
            found.push(Source { path: relative(path), text, code });
        });
    }
    found
}

fn relative(path: &Path) -> String {
    let inside = path.strip_prefix(root()).unwrap();
    inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, visit);
        } else {
            visit(&path);
        }
    }
}

/// Near enough: a comment starts at `//` after a blank or at the start of the line.
fn without_comment(line: &str) -> &str {
    let start = line
        .match_indices("//")
        .map(|(at, _)| at)
        .find(|&at| line[..at].chars().next_back().is_none_or(char::is_whitespace));
    &line[..start.unwrap_or(line.len())]
}

/// Modules that import what the table does not give them, and modules that it does not have.
fn forbidden_imports(folder: &str, table: &[(&str, &[&str])]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(inside) = source.path.strip_prefix(&format!("{folder}/")) else { continue };
        let module = inside.split(['/', '.']).next().unwrap_or_default();
        if module == "lib" {
            continue;
        }
        let Some((_, allowed)) = table.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!(
                "{}: the table in tests/architecture.rs does not have `{module}`",
                source.path
            ));
            continue;
        };
        for import in imports(&source.code) {
            let known = table.iter().any(|(name, _)| *name == import);
            if known && import != module && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{}: `{module}` may not import `{import}`", source.path));
            }
        }
    }
    wrong
}

/// The first names after `crate::` and `mixed_movements::`, those in braces included.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for prefix in ["crate::", "mixed_movements::"] {
        for (at, _) in code.match_indices(prefix) {
            let rest = &code[at + prefix.len()..];
            match rest.strip_prefix('{') {
                None => found.extend(identifier(rest)),
                Some(group) => {
                    let mut depth = 0;
                    let mut start = true;
                    for (index, c) in group.char_indices() {
                        match c {
                            '{' => depth += 1,
                            '}' if depth == 0 => break,
                            '}' => depth -= 1,
                            ',' if depth == 0 => start = true,
                            c if start && depth == 0 && !c.is_whitespace() => {
                                start = false;
                                found.extend(identifier(&group[index..]));
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
    }
    found
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// Labels and codes of the committed tables, as they would stand in code.
fn subject_names() -> BTreeSet<String> {
    let folder = root().join("data/western-balkans");
    let mut names = BTreeSet::new();
    for dimension in ["country", "nationality"] {
        let mut reader = csv::Reader::from_path(folder.join(format!("dimensions/{dimension}.csv"))).unwrap();
        for record in reader.records() {
            let record = record.unwrap();
            let (code, label) = (record.get(0).unwrap_or_default(), record.get(1).unwrap_or_default());
            // Without a parent it is the whole: a total, a region.
            let name = label.split('(').next().unwrap_or_default().trim();
            if !["All", "Other", "Unknown", "Stateless"].iter().any(|word| name.starts_with(word)) {
                names.insert(name.to_owned());
                names.insert(format!("\"{code}\""));
            }
        }
    }
    let publication = fs::read_to_string(folder.join("publication.toml")).unwrap();
    let publication: toml::Table = publication.parse().unwrap();
    let publisher = publication["publisher"].as_str().unwrap();
    names.extend(publisher.split(',').map(|part| part.trim().trim_start_matches("the ").to_owned()));
    for dataset in publication["dataset"].as_array().unwrap() {
        for measure in dataset["measure"].as_array().unwrap() {
            // One plain word ("share", "present") is English before it is a name.
            let id = measure["id"].as_str().unwrap();
            if id.contains('-') && id != env!("CARGO_PKG_NAME") {
                names.insert(id.to_owned());
            }
        }
    }
    names
}

/// `word` in `text`, with no letter, digit or hyphen on either side.
fn has_word(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let quoted = word.starts_with('"');
    text.match_indices(word).any(|(at, _)| {
        quoted || (!text[..at].ends_with(inside) && !text[at + word.len()..].starts_with(inside))
    })
}

/// `word` in `text`, not as the end of a longer name or path.
fn has_word_start(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

/// What a person writes: code, scripts, pages, documents.
fn text_files() -> Vec<String> {
    let kinds = ["rs", "mjs", "js", "ts", "html", "css", "md", "toml", "json", "svg", "csv", "webmanifest"];
    let mut found = Vec::new();
    let mut visit = |path: &Path| {
        let kind = path.extension().map(|extension| extension.to_string_lossy().into_owned());
        if kind.is_none_or(|kind| kinds.contains(&kind.as_str())) {
            found.push(relative(path));
        }
    };
    for folder in ["src", "crates", "tests", "scripts", "docs", "www", "data", ".cargo", ".ci"] {
        let folder = root().join(folder);
        if folder.is_dir() {
            walk(&folder, &mut visit);
        }
    }
    for entry in fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && !path.ends_with("package-lock.json") && !path.ends_with(".git") {
            visit(&path);
        }
    }
    found
}
