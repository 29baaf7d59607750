//! The commands of the program `snapshot`. A command is an entry of one table.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use statcube::cube::changes_since;
use statcube::jsonstat::{self, DecodeOptions};
use statcube::model::Severity;
use statcube::{Query, Snapshot};

use super::problem::{Problem, Problems};
use super::{build, check, front, index, render, sign};
use crate::present::change_lines;

/// A command of the program.
struct Command {
    name: &'static str,
    summary: &'static str,
    help: &'static str,
    /// Answers with a line for the reader, or with what went wrong.
    run: fn(&[String]) -> Result<Outcome, Failure>,
}

/// How a command ended.
enum Outcome {
    /// As it should.
    Done(String),
    /// With something that the publisher should look at.
    Odd(String),
}

/// Why a command could not be run.
enum Failure {
    /// It was called wrongly.
    Usage(String),
    /// The input is wrong.
    Input(Problems),
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Input(problems)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Input(problem.into())
    }
}

const COMMANDS: &[Command] = &[
    Command {
        name: "build",
        summary: "make a snapshot from a folder of tables",
        help: "snapshot build FOLDER -o FILE

Reads publication.toml and the tables it names in FOLDER and writes the
snapshot to FILE. Where anything is wrong, nothing is written and every
problem is listed with its file, line and column, and what to do.",
        run: |arguments| make(arguments, "build"),
    },
    Command {
        name: "example",
        summary: "make a snapshot of made-up figures, marked as such",
        help: "snapshot example FOLDER -o FILE

Reads publication.toml in FOLDER, makes up the figures of every dataset
that has no table, and writes the snapshot to FILE. The figures are the
same on every machine. The folder must say `illustrative = true`.",
        run: |arguments| make(arguments, "example"),
    },
    Command {
        name: "check",
        summary: "say what is odd about a snapshot before it goes out",
        help: "snapshot check FILE

Reads a snapshot as a reader's browser does and lists what is odd: what is
not declared, figures without a source, published totals unlike the sum of
their parts, withheld figures that their line gives away. Ends with 0 where nothing needs attention, with 1 where
something does, and with 2 where the file cannot be read.",
        run: check_file,
    },
    Command {
        name: "changes",
        summary: "list what changed from one edition to the next",
        help: "snapshot changes OLD NEW

Compares two snapshots dataset by dataset, by the codes of their categories,
and lists every figure that was added, revised (with both values and the
difference) or withdrawn, and those that differ without being revisions:
another publisher's, or counted or rounded otherwise.",
        run: list_changes,
    },
    Command {
        name: "index",
        summary: "write the index of the editions in a folder",
        help: "snapshot index FOLDER

Writes FOLDER/index.json: edition, title, address, date, publisher, size
and SHA-256 of every snapshot in FOLDER. Pages read it to know that a newer
edition exists. Run it after every build.",
        run: write_index,
    },
    Command {
        name: "render",
        summary: "draw a view of a snapshot: SVG, or a part of an HTML page",
        help: "snapshot render FILE --view VIEW [--FIELD VALUE]… [-o OUT]

Draws a view of the snapshot in FILE as a reader sees it. A chart becomes an
SVG with title, notes, sources and edition; the views `figures`, `sentences`,
`table` and `full` become a part of an HTML page. Without -o it is printed.

Every attribute of the element is a field here (docs/embedding.md):
  --dataset ID --country \"CODE CODE\" --from 2018-01 --lang fr --theme dark

Of pictures besides:
  --width PX       720 unless said otherwise, from 64 to 8192
  --height PX      for kinds whose rows do not make the height
  --shapes FOLDER  shapes of places for maps; FILE/../../shapes unless said otherwise
  --address URL    where the view can be seen; written into it",
        run: render_view,
    },
    Command {
        name: "front",
        summary: "write what the app's page shows until its program runs",
        help: "snapshot front FILE [--lang LANGUAGE] [-o OUT]

Writes heading, key figures, their chart, sentences and notes of the
snapshot in FILE as a part of an HTML page, which www/styles/page.css lays
out as the program will. Without -o it is printed.",
        run: write_front,
    },
    Command {
        name: "keys",
        summary: "make the pair of keys with which snapshots are signed",
        help: "snapshot keys NAME

Writes NAME.key, which stays with the publisher, and NAME.pub, which
pages name as `public-key`. Keys that are there are never overwritten.",
        run: make_keys,
    },
    Command {
        name: "sign",
        summary: "sign a snapshot, so that readers can tell it from others",
        help: "snapshot sign FILE --key NAME.key

Reads the snapshot as a reader's browser does, signs its bytes with Ed25519
and writes FILE.sig, to be published beside it. Sign again after every
build: a signature fits one file only.",
        run: sign_file,
    },
    Command {
        name: "verify",
        summary: "say whether a snapshot is as its publisher signed it",
        help: "snapshot verify FILE --key NAME.pub

Compares FILE with FILE.sig. The key is a file, or the text that the page
names. Ends with 0 where the signature fits, with 1 where it does not, and
with 2 where there is none.",
        run: verify_file,
    },
];

/// Runs the program with these arguments, the program's name left out.
pub fn main(arguments: impl IntoIterator<Item = String>) -> ExitCode {
    let arguments: Vec<String> = arguments.into_iter().collect();
    let wants_help = arguments.iter().any(|argument| argument == "--help" || argument == "-h");
    let command = arguments.first().and_then(|name| COMMANDS.iter().find(|command| command.name == name));
    let (Some(command), Some((_, rest))) = (command, arguments.split_first()) else {
        let is_asked = wants_help || arguments.first().is_some_and(|name| name == "help");
        if let Some(name) = arguments.first().filter(|_| !is_asked) {
            complain(&format!("There is no command “{name}”."));
        }
        say(&overview());
        return if is_asked { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    if wants_help {
        say(command.help);
        return ExitCode::SUCCESS;
    }
    match (command.run)(rest) {
        Ok(Outcome::Done(line)) => {
            say(&line);
            ExitCode::SUCCESS
        }
        Ok(Outcome::Odd(lines)) => {
            say(&lines);
            ExitCode::from(1)
        }
        Err(Failure::Usage(message)) => {
            complain(&format!("{message}\n\n{}", command.help));
            ExitCode::from(2)
        }
        Err(Failure::Input(problems)) => {
            complain(problems.to_string().trim_end());
            ExitCode::from(2)
        }
    }
}

fn overview() -> String {
    let mut text = "Makes and checks snapshots of statistics.\n\nsnapshot COMMAND …\n\n".to_owned();
    for command in COMMANDS {
        text.push_str(&format!("  {:<9}{}\n", command.name, command.summary));
    }
    text.push_str("\nsnapshot COMMAND --help says more.");
    text
}

// A reader that closes the pipe early is no error of ours.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// One plain argument, and the value of `-o` where the command has one.
fn one_and_output(arguments: &[String], what: &str) -> Result<(PathBuf, Option<PathBuf>), Failure> {
    let (plain, output) = one_and_option(arguments, what, &["-o", "--output"])?;
    Ok((plain, output.map(PathBuf::from)))
}

/// One plain argument, and the value of the one option that the command has.
fn one_and_option(
    arguments: &[String],
    what: &str,
    names: &[&str],
) -> Result<(PathBuf, Option<String>), Failure> {
    let (mut plain, mut output) = (None, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let slot = match argument.as_str() {
            option if names.contains(&option) => {
                let value = rest.next().ok_or_else(|| Failure::Usage(format!("{option} needs a file.")))?;
                output = Some(value.clone());
                continue;
            }
            option if option.starts_with('-') => {
                return Err(Failure::Usage(format!("There is no option “{option}”.")));
            }
            _ => &mut plain,
        };
        if slot.replace(PathBuf::from(argument)).is_some() {
            return Err(Failure::Usage(format!("Name one {what} only.")));
        }
    }
    Ok((plain.ok_or_else(|| Failure::Usage(format!("Name a {what}.")))?, output))
}

fn make(arguments: &[String], command: &str) -> Result<Outcome, Failure> {
    let (folder, output) = one_and_output(arguments, "folder")?;
    let output =
        output.ok_or_else(|| Failure::Usage("Say with -o where to write the snapshot.".to_owned()))?;
    let snapshot = build(&folder)?;
    if (command == "example") != snapshot.profile.illustrative {
        let (message, advice) = match command {
            "example" => ("The figures are not declared as made up.", "Write `illustrative = true`."),
            _ => (
                "The figures are declared as made up.",
                "Use the command `example`, or take `illustrative` out.",
            ),
        };
        return Err(Problem::new(&folder.join("publication.toml"), message, advice).into());
    }
    let json = jsonstat::encode(&snapshot);
    write(&output, &json)?;
    let figures: usize = snapshot
        .datasets
        .iter()
        .flat_map(|cube| (0..cube.measures().len()).filter_map(|measure| cube.column(measure)))
        .map(statcube::model::Column::num_observed)
        .sum();
    Ok(Outcome::Done(format!(
        "{}: {} datasets, {figures} figures, {} bytes.",
        output.display(),
        snapshot.datasets.len(),
        json.len()
    )))
}

fn write(path: &Path, text: &str) -> Result<(), Problem> {
    std::fs::write(path, text).map_err(|error| {
        Problem::new(
            path,
            format!("The file cannot be written ({error})."),
            "Check that its folder is there.",
        )
    })
}

fn check_file(arguments: &[String]) -> Result<Outcome, Failure> {
    let (path, output) = one_and_output(arguments, "file")?;
    if output.is_some() {
        return Err(Failure::Usage("check writes nothing.".to_owned()));
    }
    let snapshot = read(&path)?;
    let findings = check::check(&snapshot);
    let mut text = String::new();
    for finding in &findings {
        let word = if finding.severity == Severity::Warning { "warning" } else { "note" };
        text.push_str(&format!("{word}: {}: {}\n", finding.path, finding.message));
    }
    let warnings = findings.iter().filter(|finding| finding.severity == Severity::Warning).count();
    text.push_str(&format!(
        "{}: {} datasets, {warnings} warnings, {} notes.",
        path.display(),
        snapshot.datasets.len(),
        findings.len() - warnings
    ));
    Ok(if warnings == 0 { Outcome::Done(text) } else { Outcome::Odd(text) })
}

fn list_changes(arguments: &[String]) -> Result<Outcome, Failure> {
    let [old, new] = arguments else {
        return Err(Failure::Usage("Name two files: the earlier edition and the later.".to_owned()));
    };
    let (old, new) = (read(Path::new(old))?, read(Path::new(new))?);
    let locale = crate::i18n::Locale::english();
    let edition = |snapshot: &Snapshot| snapshot.profile.edition.clone().unwrap_or_default();
    let (earlier, later) = (edition(&old), edition(&new));
    let (mut text, mut compared, mut changed) = (String::new(), 0, 0);
    for cube in &new.datasets {
        let Some(before) = old.dataset(cube.id()) else {
            text.push_str(&format!("{}: a new dataset\n", cube.id()));
            continue;
        };
        for (measure, known) in cube.measures().iter().enumerate() {
            let query = Query { measure, ..Query::default() };
            let Ok(changes) = changes_since(before, cube, &query, usize::MAX) else {
                text.push_str(&format!("{}: other dimensions than before\n", cube.id()));
                break;
            };
            (compared, changed) = (compared + changes.compared, changed + changes.num_changed());
            for line in change_lines(&changes.changed, (before, &earlier), (cube, &later), &locale) {
                let place: String = line.codes.iter().map(|code| format!("[{code}]")).collect();
                let difference = match line.difference.as_str() {
                    "" => String::new(),
                    difference => format!(" ({difference})"),
                };
                let (id, what) = (&known.id, line.what);
                let values = format!("{} to {}{difference}", line.before, line.after);
                text.push_str(&format!("{}.{id}{place}: {what}, {values}\n", cube.id()));
            }
        }
    }
    for cube in old.datasets.iter().filter(|cube| new.dataset(cube.id()).is_none()) {
        text.push_str(&format!("{}: a dataset that is no more\n", cube.id()));
    }
    text.push_str(&format!("{earlier} to {later}: {changed} of {compared} figures changed."));
    Ok(Outcome::Done(text))
}

fn read(path: &Path) -> Result<Snapshot, Problem> {
    let bytes = std::fs::read(path).map_err(|error| {
        Problem::new(path, format!("The file cannot be read ({error})."), "Correct its name.")
    })?;
    jsonstat::decode(&bytes, &DecodeOptions::default())
        .map_err(|error| Problem::new(path, error.to_string(), "Build it anew."))
}

fn write_front(arguments: &[String]) -> Result<Outcome, Failure> {
    let at = arguments.iter().position(|argument| argument == "--lang");
    let mut arguments = arguments.to_vec();
    let lang = match at {
        Some(at) if at + 1 < arguments.len() => arguments.drain(at..=at + 1).nth(1),
        Some(_) => return Err(Failure::Usage("--lang needs a value.".to_owned())),
        None => None,
    };
    let (path, output) = one_and_output(&arguments, "file")?;
    hand_over(&front::front(&path, lang.as_deref())?, output)
}

fn render_view(arguments: &[String]) -> Result<Outcome, Failure> {
    let mut request = render::Request::default();
    let mut others = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Some(name) = argument.strip_prefix("--").filter(|name| *name != "output") else {
            others.push(argument.clone());
            continue;
        };
        // `--name value` and `--name=value`.
        let (name, text) = match name.split_once('=') {
            Some((name, text)) => (name, Some(text.to_owned())),
            None => (name, rest.next().cloned()),
        };
        let text = text.ok_or_else(|| Failure::Usage(format!("--{name} needs a value.")))?;
        let length = || {
            let length = text.parse::<f64>().ok().filter(|length| (64.0..=8192.0).contains(length));
            length.ok_or_else(|| Failure::Usage(format!("--{name} is a number of pixels from 64 to 8192.")))
        };
        match name {
            "width" => request.width = length()?,
            "height" => request.height = Some(length()?),
            "shapes" => request.shapes = Some(text.into()),
            "address" => request.address = Some(text),
            field => match request.set(field, &text) {
                Some(Ok(())) => {}
                Some(Err(message)) => return Err(Failure::Usage(message)),
                None => return Err(Failure::Usage(format!("There is no option “--{field}”."))),
            },
        }
    }
    let (path, output) = one_and_output(&others, "file")?;
    hand_over(&render::render(&path, &request)?, output)
}

/// Writes to the file that was named, else prints.
fn hand_over(rendered: &str, output: Option<PathBuf>) -> Result<Outcome, Failure> {
    let Some(output) = output else { return Ok(Outcome::Done(rendered.trim_end().to_owned())) };
    write(&output, rendered)?;
    Ok(Outcome::Done(format!("{}: {} bytes.", output.display(), rendered.len())))
}

fn write_index(arguments: &[String]) -> Result<Outcome, Failure> {
    let (folder, output) = one_and_output(arguments, "folder")?;
    if output.is_some() {
        return Err(Failure::Usage("index writes index.json into the folder.".to_owned()));
    }
    let editions = index::editions(&folder)?;
    let path = folder.join(index::FILE_NAME);
    write(&path, &index::to_json(&editions))?;
    Ok(Outcome::Done(format!("{}: {} editions.", path.display(), editions.len())))
}

fn make_keys(arguments: &[String]) -> Result<Outcome, Failure> {
    let (name, _) = one_and_option(arguments, "name", &[])?;
    let public = sign::make_keys(&name)?;
    Ok(Outcome::Done(format!(
        "{0}.key: keep it where nobody else can read it, and a copy of it elsewhere.\n{0}.pub: {public}",
        name.display()
    )))
}

fn file_and_key(arguments: &[String]) -> Result<(PathBuf, Vec<u8>, String), Failure> {
    let (path, key) = one_and_option(arguments, "file", &["--key"])?;
    let key = key.ok_or_else(|| Failure::Usage("Name the key with --key.".to_owned()))?;
    let bytes = std::fs::read(&path).map_err(|error| {
        Problem::new(&path, format!("The file cannot be read ({error})."), "Correct its name.")
    })?;
    Ok((path, bytes, key))
}

fn sign_file(arguments: &[String]) -> Result<Outcome, Failure> {
    let (path, bytes, key) = file_and_key(arguments)?;
    jsonstat::decode(&bytes, &DecodeOptions::default())
        .map_err(|error| Problem::new(&path, error.to_string(), "Build it anew before it is signed."))?;
    let signature = sign::sign(&bytes, Path::new(&key))?;
    let beside = sign::signature_path(&path);
    write(&beside, &signature)?;
    Ok(Outcome::Done(format!("{}: publish it beside {}.", beside.display(), path.display())))
}

fn verify_file(arguments: &[String]) -> Result<Outcome, Failure> {
    let (path, bytes, key) = file_and_key(arguments)?;
    let beside = sign::signature_path(&path);
    let signature = std::fs::read_to_string(&beside).map_err(|error| {
        Problem::new(&beside, format!("There is no signature ({error})."), "Sign it with `snapshot sign`.")
    })?;
    Ok(match sign::verify(&bytes, &signature, &key)? {
        true => Outcome::Done(format!("{}: as its publisher signed it.", path.display())),
        false => Outcome::Odd(format!(
            "{}: NOT as signed. The file was changed, or signed with another key.",
            path.display()
        )),
    })
}
