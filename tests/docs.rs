//! The documents say what the program does: names, links, commands and tables.
//!
//! `UPDATE_GOLDEN=1` writes the table of attributes in `docs/embedding.md` and `www/fields.json` again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mixed_movements::chart::ChartKind;
use mixed_movements::state::{FIELDS, Field, Values};

type Names = BTreeSet<String>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All documents, relative to the repository.
fn documents() -> Vec<String> {
    let mut found = files_under("docs", "md");
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") {
            found.push(name);
        }
    }
    found.extend(files_under("data", "md"));
    found.sort();
    found
}

fn files_under(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from(folder)];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(root().join(&folder)) else { continue };
        for entry in entries {
            let path = folder.join(entry.unwrap().file_name());
            if root().join(&path).is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|known| known == extension) {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// What stands between two markers of a document.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    let start = text.find(begin).unwrap_or_else(|| panic!("no “{begin}”")) + begin.len();
    let length = text[start..].find(end).unwrap_or_else(|| panic!("no “{end}”"));
    &text[start..start + length]
}

/// A part of `docs/embedding.md` that a test holds.
fn embedding(part: &str) -> String {
    let page = read("docs/embedding.md");
    between(&page, &format!("<!-- {part}: begin -->\n"), &format!("<!-- {part}: end -->")).to_owned()
}

/// The rows of a table, without its head, each as its columns.
fn rows(table: &str) -> Vec<Vec<String>> {
    let lines = table.lines().filter(|line| line.starts_with('|')).skip(2);
    lines
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// Texts in backticks.
fn code_spans(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The document without fenced code, and the lines of that code.
fn prose_and_code(text: &str) -> (String, Vec<String>) {
    let (mut prose, mut code, mut inside) = (String::new(), Vec::new(), false);
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            code.push(line.to_owned());
        } else {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    (prose, code)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word_at_start(text: &str) -> &str {
    &text[..text.find(|c| !is_word(c)).unwrap_or(text.len())]
}

fn rust_sources() -> String {
    let folders = ["src", "crates/statcube/src", "crates/statcube-core/src"];
    let paths = folders.iter().flat_map(|folder| files_under(folder, "rs"));
    paths.map(|path| read(&path) + "\n").collect()
}

#[test]
fn every_name_in_the_glossary_exists() {
    let sources = rust_sources();
    let mut declared: BTreeMap<String, String> = BTreeMap::new();
    for keyword in ["struct ", "enum ", "trait ", "type "] {
        for (at, _) in sources.match_indices(keyword) {
            let rest = &sources[at + keyword.len()..];
            let body = rest.find("\n}").map_or(rest, |end| &rest[..end]);
            declared.entry(word_at_start(rest).to_owned()).or_insert_with(|| body.to_owned());
        }
    }
    let glossary = read("docs/glossary.md");
    let mut checked = 0;
    for line in glossary.lines().filter(|line| line.starts_with("| ")) {
        let Some(named) = line.trim_end_matches(" |").rsplit(" | ").next() else { continue };
        for name in code_spans(named) {
            let exists = match (name.strip_suffix("()"), name.split_once("::")) {
                (Some(method), Some((owner, _))) => {
                    let method = method.rsplit("::").next().unwrap_or(method);
                    declared.contains_key(owner) && sources.contains(&format!("fn {method}("))
                }
                (Some(function), None) => sources.contains(&format!("fn {function}(")),
                (None, Some((owner, variant))) => declared
                    .get(owner)
                    .is_some_and(|body| body.lines().any(|line| word_at_start(line.trim()) == variant)),
                (None, None) => declared.contains_key(&name),
            };
            assert!(exists, "docs/glossary.md names `{name}`, which the code does not have");
            checked += 1;
        }
    }
    assert!(checked > 60, "the table was not read: {checked} names");
}

/// An anchor as hosts of repositories make it of a heading.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|&c| is_word(c) || c == '-' || c == ' ');
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(document: &str) -> Names {
    let (prose, _) = prose_and_code(&read(document));
    prose.lines().filter(|line| line.starts_with('#')).map(slug).collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut checked = 0;
    for document in documents() {
        let (prose, _) = prose_and_code(&read(&document));
        for (at, _) in prose.match_indices("](") {
            let target = prose[at + 2..].split(')').next().unwrap_or_default();
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let folder = Path::new(&document).parent().unwrap();
            let file = if path.is_empty() { PathBuf::from(&document) } else { folder.join(path) };
            assert!(root().join(&file).exists(), "{document}: nothing stands at {target}");
            if !anchor.is_empty() {
                let known = anchors(&file.to_string_lossy());
                assert!(known.contains(anchor), "{document}: no heading for {target} among {known:?}");
            }
            checked += 1;
        }
    }
    assert!(checked > 20, "links were not found: {checked}");
}

#[test]
fn every_command_of_make_that_is_named_exists() {
    let makefile = read("Makefile");
    let targets: Names =
        makefile.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_owned()).collect();
    let mut checked = 0;
    for document in documents() {
        let (prose, code) = prose_and_code(&read(&document));
        for command in code_spans(&prose).into_iter().chain(code) {
            let Some(target) = command.trim().strip_prefix("make ") else { continue };
            let target = target.split_whitespace().next().unwrap_or_default();
            assert!(targets.contains(target), "{document}: there is no `make {target}`");
            checked += 1;
        }
    }
    assert!(checked > 10, "commands were not found: {checked}");
}

#[test]
fn every_path_that_is_named_exists() {
    const FOLDERS: [&str; 7] = ["src/", "crates/", "www/", "tests/", "scripts/", "docs/", "data/"];
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"]
        .map(str::to_owned)
        .into_iter()
        .chain(files_under("docs/decisions", "md"))
    {
        let (prose, _) = prose_and_code(&read(&document));
        for path in code_spans(&prose) {
            let is_path =
                FOLDERS.iter().any(|folder| path.starts_with(folder)) && !path.contains(['*', '…', '<', ' ']);
            assert!(!is_path || root().join(&path).exists(), "{document}: there is no {path}");
        }
    }
}

#[test]
fn the_table_of_attributes_is_that_of_the_program() {
    let mut table = "| attribute | meaning |\n|---|---|\n".to_owned();
    for field in FIELDS {
        table.push_str(&format!("| `{}` | {} |\n", field.name, field.doc));
    }
    let page = read("docs/embedding.md");
    let begin = "<!-- fields: begin -->\n";
    let start = page.find(begin).unwrap() + begin.len();
    let end = page.find("<!-- fields: end -->").unwrap();
    let expected = format!("{}{table}{}", &page[..start], &page[end..]);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(root().join("docs/embedding.md"), &expected).unwrap();
    }
    assert!(
        read("docs/embedding.md") == expected,
        "docs/embedding.md is out of date: run the tests with UPDATE_GOLDEN=1"
    );
}

#[test]
fn the_list_of_fields_for_scripts_is_that_of_the_program() {
    let entry = |field: &Field| {
        let mut entry = serde_json::json!({ "name": field.name, "values": field.values.id() });
        if let Values::Words(words) = field.values {
            entry["words"] = words.into();
        }
        entry["inLink"] = field.in_link.into();
        format!("  {entry}")
    };
    let entries: Vec<String> = FIELDS.iter().map(entry).collect();
    let expected = format!("[\n{}\n]\n", entries.join(",\n"));
    let path = "www/fields.json";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(root().join(path), &expected).unwrap();
    }
    assert!(read(path) == expected, "{path} is out of date: run the tests with UPDATE_GOLDEN=1");
}

#[test]
fn every_attribute_of_the_element_is_explained() {
    let script = read("www/widget.js");
    let list = between(&script, "const ATTRIBUTES = [", "]");
    let page = read("docs/embedding.md");
    let own = list.split('"').skip(1).step_by(2);
    let names: Vec<&str> = own.chain(FIELDS.iter().map(|field| field.name)).collect();
    assert!(names.len() > 14, "attributes were not found: {names:?}");
    for name in names {
        assert!(page.contains(&format!("| `{name}` |")), "docs/embedding.md does not explain `{name}`");
    }
}

/// Whatever follows `mixed-movements:` in quotes.
fn event_names(text: &str) -> Names {
    let parts = text.split("\"mixed-movements:").skip(1);
    parts.filter_map(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn the_events_are_those_that_the_program_sends() {
    let sent = event_names(&read("src/ui/events.rs"));
    let typed = event_names(&read("www/mixed-movements.d.ts"));
    let told: Names = rows(&embedding("events"))
        .iter()
        .map(|row| row[0].trim_matches('`').trim_start_matches("mixed-movements:").to_owned())
        .collect();
    assert_eq!(told, sent);
    assert_eq!(typed, sent);
}

/// What the types export, each with its members.
fn exports() -> BTreeMap<String, Names> {
    let types = read("www/mixed-movements.d.ts");
    let mut exports = BTreeMap::new();
    for (at, _) in types.match_indices("\nexport ") {
        let rest = types[at + "\nexport ".len()..].trim_start_matches("default ");
        let Some((keyword, rest)) = rest.split_once(' ') else { continue };
        let name = word_at_start(rest).to_owned();
        let members = match keyword {
            "class" | "interface" => {
                let body = between(rest, "{\n", "\n}");
                // Members stand two blanks in; what stands deeper is a part of one.
                let lines = body.lines().filter_map(|line| line.strip_prefix("  "));
                let named = lines.map(|line| line.trim_start_matches("readonly ")).map(word_at_start);
                named.filter(|name| !name.is_empty() && *name != "private").map(str::to_owned).collect()
            }
            "type" => {
                let union = rest.split(';').next().unwrap_or_default();
                union.split('"').skip(1).step_by(2).map(str::to_owned).collect()
            }
            _ => Names::new(),
        };
        exports.insert(name, members);
    }
    exports
}

#[test]
fn the_table_of_the_api_is_that_of_the_types() {
    let mut known = exports();
    // The element has its own tables.
    known.remove("MixedMovementsElement");
    let told: BTreeMap<String, Names> = rows(&embedding("api"))
        .iter()
        .map(|row| {
            let is_function = row[0].contains('(');
            let members = if is_function { Vec::new() } else { code_spans(&row[1]) };
            let names = members.iter().map(|member| word_at_start(member).to_owned()).collect();
            (word_at_start(row[0].trim_matches('`')).to_owned(), names)
        })
        .collect();
    assert_eq!(told, known);
    let kinds: Names = ChartKind::ALL.iter().map(|kind| kind.id().to_owned()).collect();
    assert_eq!(known["ChartKind"], kinds);
}

#[test]
fn every_code_of_an_error_is_told() {
    let page = read("docs/embedding.md");
    let mut codes = Names::new();
    for path in ["crates/statcube-core/src/error.rs", "src/web/fetch.rs"] {
        let source = read(path);
        let body = between(&source, "fn code(", "\n    }\n");
        codes.extend(body.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    let api = read("www/api.js") + &read("src/embed/api.rs");
    for call in ["coded(\"", "Fault::new(\""] {
        let told = api.split(call).skip(1).filter_map(|rest| rest.split_once('"'));
        codes.extend(told.map(|(code, _)| code.to_owned()));
    }
    assert!(codes.len() > 20, "codes were not found: {codes:?}");
    for code in codes {
        assert!(page.contains(&format!("`{code}`")), "docs/embedding.md does not tell of `{code}`");
    }
}

/// Words that follow `before` in a text, up to the first of `ends`.
fn words_after(text: &str, before: &str, ends: &[char]) -> Names {
    let found = text.split(before).skip(1).filter_map(|rest| rest.split(ends).next());
    found.map(str::to_owned).collect()
}

#[test]
fn parts_and_custom_properties_are_those_of_the_interface() {
    let interface: String = files_under("src/ui", "rs").iter().map(|path| read(path)).collect();
    let mut parts = words_after(&interface, " part=\"", &['"']);
    parts.extend(words_after(&read("www/widget.js"), ".part = \"", &['"']));
    let told: Names =
        rows(&embedding("parts")).iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    assert_eq!(told, parts);

    let properties = words_after(&read("www/styles/widget.css"), "var(--mixed-movements-", &[',', ')']);
    let told = words_after(&embedding("properties"), "`--mixed-movements-", &['`']);
    assert_eq!(told, properties);
}
