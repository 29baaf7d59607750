//! What is taken away holds the same figures, flags and notes as what is shown.

use std::sync::Arc;

use mixed_movements::export::{
    CitationLength, ExportContext, ExportFormat, ExportScope, citation, csv, export, file_name, guarded,
    origin, quote, quote_all, quote_without_notes, workbook,
};
use mixed_movements::i18n::Locale;
use mixed_movements::narrative::{comparison, sentences};
use mixed_movements::present::present;
use statcube::cube::Select;
use statcube::map::Map;
use statcube::{ClauseSource, Cube, Query};

use crate::small_cubes::{Figure, KOSOVO, arrivals, january_2024};

const ARRIVALS: [Figure; 5] = [
    (0, "BIH", "2018-01", 237.0, ""),
    (0, "BIH", "2018-02", 4391.0, "e~"),
    (0, "SRB", "2018-01", 666.0, "r"),
    (0, "XKX", "2018-01", 0.0, ""),
    (0, "MKD", "2018-01", 12.0, "p"),
];

fn query(cube: &Cube, places: &[&str], months: [&str; 2], by: &[&[&str]]) -> Query {
    let places = Select::Codes(places.iter().map(|code| (*code).to_owned()).collect());
    let months = Select::Range { from: Some(months[0].into()), to: Some(months[1].into()) };
    let mut query = Query::builder(cube)
        .keep("country", &places, ClauseSource::Reader)
        .and_then(|query| query.keep("month", &months, ClauseSource::Reader))
        .unwrap();
    for grouping in by {
        query = query.by(grouping).unwrap();
    }
    query.build().unwrap()
}

/// Reads what RFC 4180 says, and nothing else, so that the writer is not its own judge.
fn read(text: &str) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let place = rows[0].iter().position(|known| known == name).unwrap_or_else(|| panic!("no column {name}"));
    rows[1..].iter().map(|row| row[place].clone()).collect()
}

#[test]
fn a_row_holds_the_figure_its_flags_and_its_notes() {
    let cube = arrivals(&ARRIVALS);
    let english = Locale::english();
    let query = query(&cube, &["BIH", "SRB", "XKX", "ALB"], ["2018-01", "2018-02"], &[]);
    let cx = ExportContext {
        sha256: Some("ab12"),
        byte_order_mark: false,
        ..ExportContext::new(&cube, &query, &english)
    };
    let text = csv(ExportScope::View, &cx);
    assert!(
        text.lines().all(|line| !line.is_empty())
            && text.matches("\r\n").count() == text.matches('\n').count()
    );
    let rows = read(&text);
    assert_eq!(rows.len(), 1 + 8);
    let shown: Vec<_> =
        ["country", "country_label", "month", "month_label", "value", "shown", "flags", "notes", "sha256"]
            .map(|name| column(&rows, name))
            .to_vec();
    let row = |at: usize| shown.iter().map(|column| column[at].as_str()).collect::<Vec<_>>();
    let bih = "Bosnia and Herzegovina";
    assert_eq!(row(2), ["BIH", bih, "2018-01", "January 2018", "237", "237", "", "", "ab12"]);
    assert_eq!(
        row(3),
        ["BIH", bih, "2018-02", "February 2018", "4391", "some 4,391", "estimate; rounded", "", "ab12"]
    );
    assert_eq!(row(4), ["XKX", KOSOVO, "2018-01", "January 2018", "0", "0", "", "", "ab12"]);
    assert_eq!(
        row(6),
        ["SRB", "Serbia", "2018-01", "January 2018", "666", "666", "revised", "serbia", "ab12"]
    );
    assert_eq!(row(7), ["SRB", "Serbia", "2018-02", "February 2018", "", "–", "", "serbia", "ab12"]);
}

#[test]
fn a_refused_total_is_exported_as_bounds_and_reason_without_a_value() {
    let cube = arrivals(&ARRIVALS);
    let english = Locale::english();
    let query = query(&cube, &["BIH", "SRB"], ["2018-01", "2018-02"], &[&[]]);
    let rows = read(
        csv(ExportScope::View, &ExportContext::new(&cube, &query, &english)).trim_start_matches('\u{feff}'),
    );
    let one = |name: &str| column(&rows, name)[0].clone();
    assert_eq!([one("value"), one("lower"), one("upper")], ["", "4628", ""]);
    assert_eq!([one("observed"), one("of"), one("refusal")], ["3", "4", "overlap"]);
    assert_eq!([one("country"), one("month")], ["BIH;SRB", "2018-01/2018-02"]);
    assert!(one("refusal_reason").starts_with("No total for the two countries. "));
}

#[test]
fn tile_table_csv_sentence_and_speech_hold_the_same_figure() {
    let cube = arrivals(&ARRIVALS);
    for locale in crate::locales::all() {
        for months in [["2018-01", "2018-01"], ["2018-01", "2018-02"]] {
            for places in
                [&["BIH"][..], &["SRB"], &["XKX"], &["ALB"], &["BIH", "SRB"], &["SRB", "MKD", "XKX"]]
            {
                let query = query(&cube, places, months, &[&[]]);
                let cell = cube.run(&query).groups[0].cell(0).unwrap();
                let shown = present(&cell, &cube, &locale);
                let cx =
                    ExportContext { byte_order_mark: false, ..ExportContext::new(&cube, &query, &locale) };
                let rows = read(&csv(ExportScope::View, &cx));
                let one = |name: &str| column(&rows, name)[0].clone();
                let value = cell.value().map(|value| value.to_string()).unwrap_or_default();
                assert_eq!(one("value"), value);
                assert_eq!(one("shown"), shown.text);
                let flags: Vec<&str> = shown.flags.iter().map(|flag| flag.id()).collect();
                assert_eq!(one("flags"), flags.join("; "));
                let first = sentences(&cube, &query, &locale).remove(0);
                assert_eq!((&first.flags, &first.notes), (&shown.flags, &shown.notes));
                if !shown.is_missing() {
                    assert!(
                        first.text.contains(&shown.text),
                        "{}: {} in {}",
                        locale.tag(),
                        shown.text,
                        first.text
                    );
                }
                let plain = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                assert!(plain(&shown.spoken).starts_with(&plain(&shown.text)), "{}", shown.spoken);
                assert!(
                    shown.flags.iter().all(|flag| shown.spoken.contains(&flag.word(&locale))),
                    "{}",
                    shown.spoken
                );
            }
        }
    }
}

#[test]
fn nothing_becomes_a_formula_and_negative_numbers_stay_numbers() {
    for field in ["=1+1", "+1", "-1+1", "@SUM(A1)", "\tx", "\rx", "-", "-1.2.3", "--1", "-1e5", "+49"] {
        assert!(guarded(field).starts_with('\''), "{field:?}");
    }
    for field in ["-12", "-0.5", "12", "", "a=b", "– ", "1-2"] {
        assert_eq!(guarded(field), field);
    }
}

#[test]
fn a_hostile_label_stays_one_field() {
    let mut parts = arrivals(&ARRIVALS).parts().clone();
    parts.notes[0].text = "=HYPERLINK(\"https://x\"),\r\nsecond line".into();
    let cube = Arc::new(Cube::new(parts).unwrap());
    let english = Locale::english();
    let query = query(&cube, &["SRB"], ["2018-01", "2018-01"], &[]);
    let cx = ExportContext { byte_order_mark: false, ..ExportContext::new(&cube, &query, &english) };
    let rows = read(&csv(ExportScope::View, &cx));
    assert_eq!(column(&rows, "note_texts"), ["'=HYPERLINK(\"https://x\"),\r\nsecond line"]);
}

#[test]
fn every_format_and_scope_gives_a_named_file() {
    let snapshot = january_2024();
    let english = Locale::english();
    let cube = &snapshot.datasets[1];
    let query = Query::builder(cube).measure("present").unwrap().build().unwrap();
    let cx = ExportContext { snapshot: Some(&snapshot), ..ExportContext::new(cube, &query, &english) };
    for format in ExportFormat::ALL {
        for scope in ExportScope::ALL {
            let bytes = export(format, scope, &cx);
            assert_eq!(
                bytes.starts_with("\u{feff}".as_bytes()),
                format == ExportFormat::Csv,
                "{format:?} {scope:?}"
            );
            assert!(!format.mime().is_empty());
            let name = file_name(format, scope, &cx);
            assert!(name.ends_with(&format!("_2024-01.{}", format.extension())), "{name}");
        }
    }
    let whole = csv(ExportScope::Whole, &ExportContext { byte_order_mark: false, ..cx });
    let rows = read(&whole);
    assert_eq!(rows.len(), 1 + 2 + 8, "every published figure of every dataset, and nothing else");
    assert!(column(&rows, "edition").iter().all(|edition| edition == "2024-01"));
}

#[test]
fn the_hxl_row_follows_the_header() {
    let cube = arrivals(&ARRIVALS);
    let english = Locale::english();
    let query = query(&cube, &["SRB"], ["2018-01", "2018-01"], &[]);
    let cx =
        ExportContext { byte_order_mark: false, hxl: true, ..ExportContext::new(&cube, &query, &english) };
    let rows = read(&csv(ExportScope::View, &cx));
    assert!(rows[1].iter().all(|tag| tag.starts_with('#')), "{:?}", rows[1]);
}

#[test]
fn a_workbook_tells_the_rows_of_the_csv_and_what_must_be_known_with_them() {
    let snapshot = january_2024();
    let english = Locale::english();
    let cube = arrivals(&ARRIVALS);
    let query = query(&cube, &["BIH", "SRB"], ["2018-01", "2018-02"], &[&["country"], &[]]);
    let cx = ExportContext {
        snapshot: Some(&snapshot),
        sha256: Some("ab12"),
        address: Some("https://example.org/#v1"),
        byte_order_mark: false,
        ..ExportContext::new(&cube, &query, &english)
    };
    let told: serde_json::Value = serde_json::from_str(&workbook(ExportScope::View, &cx)).unwrap();
    let texts = |value: &serde_json::Value| -> Vec<Vec<String>> {
        let row = |row: &serde_json::Value| -> Vec<String> {
            row.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_owned()).collect()
        };
        value.as_array().unwrap().iter().map(row).collect()
    };
    let figures = &told["sheets"][0];
    assert_eq!(figures["name"], "Figures");
    let mut rows = vec![texts(&serde_json::json!([figures["header"]])).remove(0)];
    rows.extend(texts(&figures["rows"]));
    assert_eq!(rows, read(&csv(ExportScope::View, &cx)));
    let place = rows[0].iter().position(|name| name == "value").unwrap();
    assert_eq!([&figures["numbers"][place], &figures["numbers"][0]], [true, false]);
    let notes = texts(&told["sheets"][1]["rows"]);
    let note =
        |name: &str| notes.iter().filter(|row| row[0] == name).map(|row| row[1].clone()).collect::<Vec<_>>();
    assert_eq!(note("Edition"), ["January 2024"]);
    assert_eq!(note("SHA-256 of the file"), ["ab12"]);
    assert_eq!(note("Address"), ["https://example.org/#v1"]);
    assert!(note("no total")[0].starts_with("No total for the two countries."), "{notes:?}");
    assert!(notes.iter().any(|row| row[0] == "Notes serbia" && row[1].contains("Commissariat")), "{notes:?}");
    assert_eq!(told["sheets"][2]["header"][0], "source");
}

#[test]
fn what_a_picture_ends_with_names_edition_age_address_and_hash() {
    let snapshot = january_2024();
    let english = Locale::english();
    let cube = &snapshot.datasets[0];
    let query = Query::default();
    let cx = ExportContext {
        snapshot: Some(&snapshot),
        sha256: Some("ab12"),
        address: Some("https://example.org/#v1"),
        saved: Some("saved 3 days ago"),
        ..ExportContext::new(cube, &query, &english)
    };
    let first = "The office, Western Balkans, edition January 2024, published February 2024, saved 3 days ago. \
         Provisional.";
    assert_eq!(origin(&cx), [first, "https://example.org/#v1", "SHA-256 ab12"]);
}

#[test]
fn json_stat_of_the_view_reads_back_as_the_figures_in_view() {
    let cube = arrivals(&ARRIVALS);
    let english = Locale::english();
    let query = query(&cube, &["BIH", "SRB"], ["2018-01", "2018-02"], &[]);
    let cx = ExportContext { sha256: Some("ab12"), ..ExportContext::new(&cube, &query, &english) };
    let bytes = export(ExportFormat::JsonStat, ExportScope::View, &cx);
    let snapshot = statcube::jsonstat::decode(&bytes, &statcube::jsonstat::DecodeOptions::default()).unwrap();
    let back = &snapshot.datasets[0];
    assert_eq!(back.num_cells(), 4);
    assert!(back.parts().source.as_deref().is_some_and(|source| source.contains("SHA-256 ab12")));
    for place in ["BIH", "SRB"] {
        for month in ["2018-01", "2018-02"] {
            let value = |cube: &Cube| {
                let at = [("country", place), ("month", month)].map(|(dimension, code)| {
                    let dimension = &cube.dimensions()[cube.dimension_position(dimension).unwrap()];
                    dimension.position(code).unwrap()
                });
                cube.column(0).unwrap().value(cube.index(&at).unwrap())
            };
            assert_eq!(value(back), value(&cube), "{place} {month}");
        }
    }
}

#[test]
fn a_quote_carries_caveat_source_edition_and_link_and_is_safe_as_html() {
    let snapshot = january_2024();
    let english = Locale::english();
    let cube = &snapshot.datasets[0];
    let query = Query::builder(cube).measure("mixed-movements").unwrap().build().unwrap();
    let address = "https://example.org/?a=1&b=\"2\"";
    let cx = ExportContext {
        snapshot: Some(&snapshot),
        address: Some(address),
        ..ExportContext::new(cube, &query, &english)
    };
    let figures = mixed_movements::narrative::headline(&snapshot, &english);
    let sentence = figures[0].sentence.as_ref().unwrap();
    let with = quote(sentence, &cx);
    let lines: Vec<&str> = with.text.lines().collect();
    assert_eq!(lines[0], sentence.text);
    assert_eq!(lines[1], "With the figure: estimated, rounded and provisional.");
    let source = "Source: The office, Western Balkans, edition January 2024, published February 2024.";
    assert_eq!(lines[3], source);
    assert_eq!(lines.last(), Some(&address));
    assert!(with.html.contains("<a href=\"https://example.org/?a=1&amp;b=&quot;2&quot;\">"), "{}", with.html);
    assert!(with.html.contains("Monthly update, “A”"));
    let other = sentences(cube, &query, &english).pop().unwrap();
    let all = quote_all(&[(cube, sentence), (cube, &other), (cube, sentence)], &cx);
    let together: Vec<&str> = all.text.lines().collect();
    assert_eq!(together[..3], [sentence.text.as_str(), &other.text, &sentence.text]);
    let mut once = together[3..].to_vec();
    once.dedup();
    assert!(
        lines[1..].iter().all(|line| once.iter().filter(|known| *known == line).count() == 1),
        "{once:?}"
    );
    assert_eq!(together[together.len() - 2..], [source, address]);
    assert_eq!(all.html.matches("</blockquote>").count(), 1);
    assert_eq!(all.html.matches("Source: ").count(), 1);
    let without = quote_without_notes(sentence, &cx);
    assert!(!without.text.contains("With the figure") && without.text.contains("edition January 2024"));
    let script = ExportContext { address: Some("javascript:alert(1)"), ..cx };
    assert!(!quote(sentence, &script).html.contains("<a "));
    assert_eq!(citation(CitationLength::Short, &cx), "The office, Western Balkans, edition January 2024.");
    let long = citation(
        CitationLength::Long,
        &ExportContext { sha256: Some("ab12"), saved: Some("saved 3 days ago"), ..cx },
    );
    assert!(
        long.contains("published February 2024") && long.contains("SHA-256 ab12, saved 3 days ago"),
        "{long}"
    );
}

/// Title, dataset and notes of a publisher who gives them in the reader's language are told in it.
#[test]
fn words_that_the_publisher_gives_in_the_readers_language_go_into_quote_citation_and_files() {
    let mut snapshot = january_2024();
    let in_french = |text: &str| Map::from([("fr".to_owned(), text.to_owned())]);
    snapshot.profile.titles = in_french("Balkans occidentaux");
    let mut parts = arrivals(&ARRIVALS).parts().clone();
    parts.titles = in_french("Arrivées");
    parts.notes[0].texts = in_french("Une note.");
    let plain = parts.notes[0].text.clone();
    let cube = Arc::new(Cube::new(parts).unwrap());
    let query = query(&cube, &["SRB"], ["2018-01", "2018-01"], &[]);
    let cited = |locale: &Locale| {
        let cx = ExportContext {
            snapshot: Some(&snapshot),
            byte_order_mark: false,
            ..ExportContext::new(&cube, &query, locale)
        };
        let sentence = &sentences(&cube, &query, locale)[0];
        let rows = read(&csv(ExportScope::View, &cx));
        [
            citation(CitationLength::Long, &cx),
            quote(sentence, &cx).text,
            column(&rows, "note_texts").concat(),
            workbook(ExportScope::View, &cx),
        ]
    };
    let french = Locale::ALL.iter().find(|(tag, _)| *tag == "fr").unwrap().1;
    let [long, quoted, notes, book] = cited(&Locale::from_json(french).unwrap());
    assert!(long.contains("Balkans occidentaux, Arrivées"), "{long}");
    assert!(quoted.contains("Une note.") && !quoted.contains(&plain), "{quoted}");
    assert!(notes.contains("Une note.") && book.contains("Une note.") && book.contains("Balkans"), "{notes}");
    let [long, quoted, notes, _] = cited(&Locale::english());
    assert!(long.contains("Western Balkans, New arrivals"), "{long}");
    assert!(quoted.contains(&plain) && notes.contains(&plain), "{quoted}");
}

/// What a saved copy says of its age goes into everything that is taken from it.
#[test]
fn edition_date_and_age_are_in_every_file_quote_and_citation() {
    let snapshot = january_2024();
    let english = Locale::english();
    let cube = &snapshot.datasets[0];
    let query = Query::default();
    let saved = "saved 3 days ago · offline";
    let cx = ExportContext {
        snapshot: Some(&snapshot),
        saved: Some(saved),
        byte_order_mark: false,
        ..ExportContext::new(cube, &query, &english)
    };
    for scope in ExportScope::ALL {
        let rows = read(&csv(scope, &cx));
        for (name, told) in [("edition", "2024-01"), ("published", "2024-02"), ("saved", saved)] {
            assert!(column(&rows, name).iter().all(|field| field == told), "{name} {scope:?}");
        }
        let book = workbook(scope, &cx);
        let file = String::from_utf8(export(ExportFormat::JsonStat, scope, &cx)).unwrap();
        for told in [saved, "January 2024", "2024-02"] {
            assert!(book.contains(told), "{told} in the workbook, {scope:?}");
            assert!(file.contains(told), "{told} in the JSON-stat, {scope:?}");
        }
    }
    let figures = mixed_movements::narrative::headline(&snapshot, &english);
    let sentence = figures[0].sentence.as_ref().unwrap();
    let quoted = [quote(sentence, &cx), quote_without_notes(sentence, &cx)];
    for text in quoted.iter().flat_map(|quote| [&quote.text, &quote.html]) {
        assert!(
            text.contains("edition January 2024, published February 2024") && text.contains(saved),
            "{text}"
        );
    }
    for length in [CitationLength::Short, CitationLength::Dated, CitationLength::Long] {
        let text = citation(length, &cx);
        assert!(text.contains("edition January 2024") && text.contains(saved), "{text}");
    }
}

/// Of a comparison: the column that tells the sides apart, and the rows by it.
fn compared(cube: &Arc<Cube>, a: &Query, b: &Query) -> Vec<Vec<String>> {
    let english = Locale::english();
    let cx =
        ExportContext { against: Some(a), byte_order_mark: false, ..ExportContext::new(cube, b, &english) };
    read(&csv(ExportScope::View, &cx))
}

#[test]
fn a_comparison_holds_both_sides_and_their_difference_where_there_is_one() {
    let cube = arrivals(&ARRIVALS);
    let a = query(&cube, &["BIH"], ["2018-01", "2018-01"], &[]);
    let b = query(&cube, &["BIH"], ["2018-02", "2018-02"], &[]);
    let rows = compared(&cube, &a, &b);
    assert_eq!(column(&rows, "side"), ["A", "B", "A", "B"]);
    assert_eq!(column(&rows, "row"), ["figure", "figure", "total", "total"]);
    let names = ["Bosnia and Herzegovina · January 2018", "Bosnia and Herzegovina · February 2018"];
    assert_eq!(column(&rows, "side_label"), [names[0], names[1], names[0], names[1]]);
    assert_eq!(column(&rows, "value"), ["237", "4391", "237", "4391"]);
    assert_eq!(column(&rows, "difference"), ["", "", "", "4154"]);
    assert!(column(&rows, "ratio")[3].starts_with("18.52"), "{:?}", column(&rows, "ratio"));
    assert!(column(&rows, "difference_refusal").iter().all(String::is_empty));
}

#[test]
fn sides_that_are_not_comparable_are_taken_away_with_the_reason_and_no_difference() {
    let cube = arrivals(&ARRIVALS);
    let a = query(&cube, &["BIH"], ["2018-01", "2018-02"], &[]);
    let b = query(&cube, &["SRB"], ["2018-01", "2018-02"], &[]);
    let rows = compared(&cube, &a, &b);
    assert_eq!(column(&rows, "side"), ["A", "A", "B", "B", "A", "B"]);
    assert!(column(&rows, "difference").iter().chain(&column(&rows, "ratio")).all(String::is_empty));
    let why = column(&rows, "difference_refusal");
    assert!(why[5].starts_with("No difference: not the same parts are published"), "{why:?}");
    // Countries are not added: there is no total, hence no difference.
    let both = query(&cube, &["BIH", "SRB"], ["2018-01", "2018-01"], &[]);
    let why = column(&compared(&cube, &both, &a), "difference_refusal");
    assert_eq!(why.last().map(String::as_str), Some("No difference: there is no total for A."));
}

/// The notes of Serbia and of an estimate hold for one side each.
#[test]
fn a_quote_of_a_comparison_tells_both_sides_with_difference_ratio_and_the_caveats_of_both() {
    let cube = arrivals(&ARRIVALS);
    let english = Locale::english();
    let a = query(&cube, &["SRB"], ["2018-01", "2018-01"], &[]);
    let b = query(&cube, &["BIH"], ["2018-02", "2018-02"], &[]);
    let cx = ExportContext::new(&cube, &b, &english);
    let sentence = comparison(&cube, (&a, &b), &english).unwrap();
    assert_eq!(
        sentence.text,
        "A: New arrivals in Serbia in January 2018 came to 666. The figure is revised. \
         B: New arrivals in Bosnia and Herzegovina in February 2018 came to some 4,391. The figure is estimated \
         and rounded. B minus A: +3,725 arrivals. B divided by A: 6.59 (+559%)."
    );
    let quoted = quote(&sentence, &cx);
    let notes_of = |query: &Query| {
        let told = sentences(&cube, query, &english);
        told.iter().flat_map(|sentence| sentence.notes.clone()).collect::<Vec<_>>()
    };
    assert!(!notes_of(&a).is_empty());
    for note in notes_of(&a).into_iter().chain(notes_of(&b)) {
        let note = &cube.notes()[note].text;
        assert!(quoted.text.contains(note.as_str()), "{note}\n{}", quoted.text);
    }
    assert!(quoted.text.contains("With the figure: estimated, rounded and revised."), "{}", quoted.text);
    assert!(quoted.html.starts_with("<blockquote lang=\"en\" dir=\"ltr\"><p>A: New arrivals in Serbia"));
    assert!(quoted.html.contains("estimated, rounded and revised"));
    for (tag, json) in Locale::ALL {
        let locale = Locale::from_json(json).unwrap();
        let text = comparison(&cube, (&a, &b), &locale).unwrap().text;
        for number in [locale.number(666.0, None), locale.number(4391.0, None), locale.signed(3725.0, None)] {
            assert!(text.contains(&number), "{tag}: {number} in {text}");
        }
        for name in [locale.text("compare.difference"), locale.text("compare.ratio")] {
            assert!(text.contains(name), "{tag}: {name} in {text}");
        }
    }
}

#[test]
fn a_quote_of_sides_that_are_not_comparable_tells_both_and_why_there_is_no_difference() {
    let cube = arrivals(&ARRIVALS);
    let both = query(&cube, &["BIH", "SRB"], ["2018-01", "2018-01"], &[]);
    let one = query(&cube, &["BIH"], ["2018-01", "2018-01"], &[]);
    let text = comparison(&cube, (&both, &one), &Locale::english()).unwrap().text;
    assert!(
        text.starts_with("A: New arrivals in Bosnia and Herzegovina and Serbia in January 2018"),
        "{text}"
    );
    assert!(
        text.contains("B: New arrivals in Bosnia and Herzegovina in January 2018 came to 237."),
        "{text}"
    );
    assert!(text.ends_with("No difference: there is no total for A."), "{text}");
    assert!(!text.contains("B minus A"), "{text}");
}

#[test]
fn a_choice_compared_with_itself_is_one_side() {
    let cube = arrivals(&ARRIVALS);
    let a = query(&cube, &["BIH"], ["2018-01", "2018-02"], &[]);
    let rows = compared(&cube, &a, &a.clone());
    assert_eq!(rows.len(), 1 + 2);
    assert!(!rows[0].iter().any(|name| name == "side"));
}

#[test]
fn workbook_and_json_stat_of_a_comparison_hold_both_sides_too() {
    let snapshot = january_2024();
    let cube = arrivals(&ARRIVALS);
    let english = Locale::english();
    let a = query(&cube, &["BIH"], ["2018-01", "2018-01"], &[]);
    let b = query(&cube, &["BIH"], ["2018-02", "2018-02"], &[]);
    let cx = ExportContext {
        snapshot: Some(&snapshot),
        against: Some(&a),
        hxl: true,
        byte_order_mark: false,
        ..ExportContext::new(&cube, &b, &english)
    };
    let rows = read(&csv(ExportScope::View, &cx));
    assert!(rows[1].iter().all(|tag| tag.starts_with('#')), "{:?}", rows[1]);
    assert_eq!(rows[0].len(), rows[2].len());
    assert_eq!(file_name(ExportFormat::Csv, ExportScope::View, &cx), "new-arrivals_compared_2024-01.csv");
    let told: serde_json::Value = serde_json::from_str(&workbook(ExportScope::View, &cx)).unwrap();
    assert_eq!(told["sheets"][0]["rows"].as_array().unwrap().len(), 4);
    let notes = told["sheets"][1]["rows"].to_string();
    for words in [r#"["A","Bosnia and Herzegovina · January 2018"]"#, r#"["B minus A","+4,154 arrivals"]"#] {
        assert!(notes.contains(words), "{words}\n{notes}");
    }
    let bytes = export(ExportFormat::JsonStat, ExportScope::View, &cx);
    let back = statcube::jsonstat::decode(&bytes, &statcube::jsonstat::DecodeOptions::default()).unwrap();
    let labels: Vec<&str> = back.datasets.iter().map(|cube| cube.label()).collect();
    assert_eq!(labels.len(), 2);
    assert!(labels[0].contains("A: ") && labels[1].contains("B: "), "{labels:?}");
    let values: Vec<_> =
        back.datasets.iter().map(|cube| cube.column(0).unwrap().value(statcube::CellIndex(0))).collect();
    assert_eq!(values, [Some(237.0), Some(4391.0)]);
    let [of_a, of_b] =
        [0, 1].map(|at: usize| back.datasets[at].notes().iter().any(|n| n.text.contains("+4,154")));
    assert_eq!([of_a, of_b], [false, true]);
    // Of the whole edition nothing is compared.
    assert!(!read(&csv(ExportScope::Whole, &cx))[0].iter().any(|name| name == "side"));
}
