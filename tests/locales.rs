//! Languages: the same keys and placeholders in each, and numbers, months and plurals as
//! each writes them.

use std::collections::{BTreeMap, BTreeSet};

use mixed_movements::i18n::Locale;
use mixed_movements::state::{FIELDS, Values};
use statcube::{Month, Period};

/// Every language of the repository.
pub fn all() -> Vec<Locale> {
    Locale::ALL
        .iter()
        .map(|(tag, json)| Locale::from_json(json).unwrap_or_else(|error| panic!("{tag}: {error}")))
        .collect()
}

fn locale(tag: &str) -> Locale {
    let is_it = |locale: &Locale| locale.tag().split('-').next() == Some(tag);
    all().into_iter().find(is_it).unwrap_or_else(|| panic!("no language {tag}"))
}

const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// A key without its plural form, and the form.
fn family(key: &str) -> (&str, Option<&str>) {
    match key.rsplit_once('.') {
        Some((family, form))
            if FORMS.contains(&form) && Locale::english().has(&format!("{family}.other")) =>
        {
            (family, Some(form))
        }
        _ => (key, None),
    }
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn each_language_has_each_key() {
    let english = Locale::english();
    let families =
        |locale: &Locale| locale.keys().map(|key| family(key).0.to_owned()).collect::<BTreeSet<_>>();
    // What bounds bound may be worded for single units, where grammar asks for it.
    let free = |key: &String| !key.starts_with("bounds.unit.");
    let known: BTreeSet<_> = families(&english).into_iter().filter(free).collect();
    for locale in all() {
        let own: BTreeSet<_> = families(&locale).into_iter().filter(free).collect();
        let missing: Vec<_> = known.difference(&own).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", locale.tag());
    }
}

#[test]
fn each_text_has_the_placeholders_of_the_english_one() {
    let english = Locale::english();
    for locale in all() {
        for key in locale.keys() {
            let (family, form) = family(key);
            let reference = match form {
                None if english.has(key) => key.to_owned(),
                _ => format!("{family}.other"),
            };
            if !english.has(&reference) {
                continue;
            }
            let (own, known) = (placeholders(locale.text(key)), placeholders(english.text(&reference)));
            // “One more source” may leave out the number that the form itself says.
            let may_lack: BTreeSet<&str> = if matches!(form, Some("zero" | "one" | "two")) {
                ["count", "observed"].into()
            } else {
                BTreeSet::new()
            };
            assert!(own.is_subset(&known), "{} {key}: {own:?} against {known:?}", locale.tag());
            assert!(
                known.difference(&own).all(|name| may_lack.contains(name)),
                "{} {key}: {own:?} against {known:?}",
                locale.tag()
            );
        }
    }
}

#[test]
fn each_plural_has_every_form_that_the_language_uses() {
    for locale in all() {
        let used: BTreeSet<String> = (0..200)
            .map(|count| locale.plural_form(f64::from(count), None).to_owned())
            .chain(["other".to_owned()])
            .collect();
        let families: BTreeSet<&str> = locale
            .keys()
            .filter_map(|key| {
                let (family, form) = family(key);
                form.map(|_| family)
            })
            .collect();
        for family in families {
            for form in &used {
                assert!(locale.has(&format!("{family}.{form}")), "{} lacks {family}.{form}", locale.tag());
            }
        }
    }
}

#[test]
fn each_key_that_the_program_asks_for_is_there() {
    let english = Locale::english();
    let mut open = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut asked = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for (call, is_plural) in [(".text(\"", false), (".fill(\"", false), (".plural(\"", true)] {
            for rest in source.split(call).skip(1) {
                let Some((key, _)) = rest.split_once('"') else { continue };
                asked += 1;
                let known = if is_plural { english.has(&format!("{key}.other")) } else { english.has(key) };
                assert!(known, "{} asks for “{key}”, which no language has", path.display());
            }
        }
    }
    assert!(asked > 20);
}

#[test]
fn the_configurator_speaks_every_language_and_names_every_field_of_its_form() {
    let read = |tag: &str| -> BTreeMap<String, String> {
        let path = format!("{}/www/texts/{tag}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let english = read("en");
    let keys: Vec<&String> = english.keys().collect();
    for (tag, _) in Locale::ALL {
        let own = read(tag);
        assert_eq!(own.keys().collect::<Vec<_>>(), keys, "www/texts/{tag}.json");
        for (key, text) in &own {
            assert_eq!(placeholders(text), placeholders(&english[key]), "www/texts/{tag}.json: {key}");
            assert!(!text.trim().is_empty(), "www/texts/{tag}.json: {key}");
        }
    }
    // Those of any other dimension have its name, and what the interface sets stands there.
    let is_named = |values: Values| !matches!(values, Values::Others | Values::Interface);
    for field in FIELDS.iter().filter(|field| is_named(field.values)) {
        assert!(english.contains_key(&format!("field.{}", field.name)), "no text for {}", field.name);
    }
    let script = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/www/configure.js")).unwrap();
    let asked: Vec<&str> =
        script.split("say(\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(key, _)| key).collect();
    assert!(asked.len() > 30, "texts were not found: {asked:?}");
    for key in asked {
        assert!(english.contains_key(key), "www/configure.js asks for “{key}”, which no language has");
    }
}

#[test]
fn each_key_that_the_scripts_ask_for_is_there_and_no_other() {
    let english = Locale::english();
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/www"));
    let scripts: String = ["offline", "one-file"]
        .iter()
        .flat_map(|name| std::fs::read_dir(folder.join(name)).unwrap())
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    // What stands in quotes, wherever it stands: a key may be chosen between two.
    let quoted: BTreeSet<&str> = scripts.split('"').collect();
    for key in english.keys().filter(|key| key.starts_with("offline.")) {
        let short = key.trim_start_matches("offline.");
        assert!(quoted.contains(short) || quoted.contains(key), "no script asks for “{key}”");
    }
    let mut asked = 0;
    for (call, prefix) in
        [(" t(\"", "offline."), ("(t(\"", "offline."), ("[t(\"", "offline."), ("text(\"", "")]
    {
        for rest in scripts.split(call).skip(1) {
            let Some((key, _)) = rest.split_once('"') else { continue };
            asked += 1;
            assert!(english.has(&format!("{prefix}{key}")), "a script asks for “{prefix}{key}”");
        }
    }
    assert!(asked > 30, "{asked}");
}

#[test]
fn numbers_are_written_as_each_language_writes_them() {
    let english = Locale::english();
    assert_eq!(english.number(4465.0, None), "4,465");
    assert_eq!(english.number(-12.0, None), "-12");
    assert_eq!(english.number(73.8, None), "73.8");
    assert_eq!(english.number(1234567.0, Some(1)), "1,234,567.0");
    assert_eq!(english.number(-0.2, Some(0)), "0");
    assert_eq!(english.spoken_number(4465.0, None), "4465");
    assert_eq!(english.percent(56.0, Some(0)), "56%");
    assert_eq!(english.signed_percent(14.0, Some(0)), "+14%");
    assert_eq!(english.signed(0.0, Some(0)), "0");
    assert_eq!(locale("fr").number(14268.5, None), "14\u{202f}268,5");
    assert_eq!(locale("fr").percent(56.0, Some(0)), "56\u{202f}%");
    assert_eq!(locale("ar").number(14268.0, None), "14,268");
    assert_eq!(
        ["sq", "bs", "mk", "sr"].map(|tag| locale(tag).number(14268.5, None)),
        ["14\u{a0}268,5", "14.268,5", "14.268,5", "14.268,5"]
    );
    assert_eq!(
        ["sq", "bs", "mk", "sr"].map(|tag| locale(tag).percent(56.0, Some(0))),
        ["56%", "56\u{a0}%", "56\u{a0}%", "56%"]
    );
}

#[test]
fn months_and_periods_are_named_by_both_ends() {
    let english = Locale::english();
    let period = |code: &str| Period::parse(code).unwrap();
    let january = Month::new(2024, 1).unwrap();
    assert_eq!([english.month(january), english.month_short(january)], ["January 2024", "Jan 2024"]);
    assert_eq!(english.month_name_short(january), "Jan");
    for (code, words) in [
        ("2024-01", "January 2024"),
        ("2018", "2018"),
        ("2024-Q1", "1st quarter 2024"),
        ("2024-H2", "2nd half 2024"),
        ("2018-01/2018-05", "January to May 2018"),
        ("2018-01-15/2018-01-21", "15–21 January 2018"),
        ("2018-07-23/2018-08-05", "23 July to 5 August 2018"),
        ("2020-01/2020-04-28", "1 January to 28 April 2020"),
        ("2017-01/2022-06", "January 2017 to June 2022"),
        ("2020-04-28", "28 April 2020"),
    ] {
        assert_eq!(english.period(period(code)), words, "{code}");
    }
    assert_eq!(english.period_range(period("2017-01"), period("2022-06")), "January 2017 to June 2022");
    assert_eq!(english.period_range(period("2018"), period("2020")), "2018 to 2020");
    assert_eq!(locale("fr").month(january), "janvier 2024");
}

#[test]
fn lists_are_joined_as_prose() {
    let items = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let english = Locale::english();
    assert_eq!(english.list(&items(&[])), "");
    assert_eq!(english.list(&items(&["A"])), "A");
    assert_eq!(english.list(&items(&["A", "B"])), "A and B");
    assert_eq!(english.list(&items(&["A", "B", "C"])), "A, B and C");
    assert_eq!(locale("ar").list(&items(&["أ", "ب", "ج"])), "أ وب وج");
}

#[test]
fn plural_forms_follow_each_language() {
    let forms = |tag: &str, counts: &[f64]| {
        let locale = locale(tag);
        counts.iter().map(|&count| locale.plural_form(count, None).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(forms("en", &[0.0, 1.0, 2.0, 1.5]), ["other", "one", "other", "other"]);
    assert_eq!(forms("fr", &[0.0, 1.0, 1.5, 2.0]), ["one", "one", "one", "other"]);
    let arabic = [0.0, 1.0, 2.0, 3.0, 10.0, 11.0, 99.0, 100.0, 103.0, 111.0, 1.5];
    let expected = ["zero", "one", "two", "few", "few", "many", "many", "other", "few", "many", "other"];
    assert_eq!(forms("ar", &arabic), expected);
    assert_eq!(Locale::english().plural("noun.month", 1.0, &[]), "month");
    assert_eq!(forms("sq", &[0.0, 1.0, 1.5, 2.0, 21.0]), ["other", "one", "other", "other", "other"]);
    let counts = [0.0, 1.0, 2.0, 4.0, 5.0, 11.0, 12.0, 21.0, 22.0, 101.0, 111.0, 0.1, 0.2, 1.5];
    for tag in ["bs", "sr"] {
        let expected = [
            "other", "one", "few", "few", "other", "other", "other", "one", "few", "one", "other", "one",
            "few", "other",
        ];
        assert_eq!(forms(tag, &counts), expected, "{tag}");
    }
    let expected = [
        "other", "one", "other", "other", "other", "other", "other", "one", "other", "one", "other", "one",
        "other", "other",
    ];
    assert_eq!(forms("mk", &counts), expected);
    let arrivals = |tag: &str, count: f64| locale(tag).unit("arrivals", count, None);
    assert_eq!(
        [1.0, 3.0, 11.0, 21.0].map(|count| arrivals("bs", count)),
        ["dolazak", "dolaska", "dolazaka", "dolazak"]
    );
    assert_eq!(
        [1.0, 2.0, 11.0].map(|count| arrivals("mk", count)),
        ["пристигнување", "пристигнувања", "пристигнувања"]
    );
}

#[test]
fn months_are_declined_where_the_language_does() {
    let january = Period::parse("2024-01").unwrap();
    for (tag, alone, within, end) in [
        ("en", "January 2024", "January 2024", "end of January 2024"),
        ("bs", "januar 2024.", "januaru 2024.", "kraj januara 2024."),
        ("sr", "januar 2024.", "januaru 2024.", "kraj januara 2024."),
        ("sq", "janar 2024", "janar 2024", "fundi i janarit 2024"),
        ("mk", "јануари 2024", "јануари 2024", "крај на јануари 2024"),
    ] {
        let locale = locale(tag);
        assert_eq!(
            [locale.period(january), locale.period_in(january), locale.end_of(january)],
            [alone, within, end],
            "{tag}"
        );
    }
    let day = |tag: &str| locale(tag).period(Period::parse("2020-04-28").unwrap());
    assert_eq!(["bs", "sq", "mk"].map(day), ["28. aprila 2020.", "28 prill 2020", "28 април 2020"]);
}

#[test]
fn a_full_stop_is_not_written_twice() {
    let bosnian = locale("bs");
    let month = bosnian.month(Month::new(2023, 1).unwrap());
    let when = bosnian.fill("in.period", &[("period", "januaru 2023.")]);
    let change = bosnian.fill("change.more", &[("change", "14\u{a0}%"), ("when", &when)]);
    assert_eq!(
        bosnian.fill("sentence.change", &[("change", &change)]),
        "To je 14\u{a0}% više nego u januaru 2023."
    );
    assert_eq!(month, "januar 2023.");
}

#[test]
fn each_language_is_written_in_its_own_letters() {
    let is_cyrillic = |c: char| ('\u{400}'..='\u{4ff}').contains(&c);
    for locale in all() {
        let words: Vec<String> = locale.keys().map(|key| locale.text(key).to_owned()).collect();
        let cyrillic = words.iter().filter(|text| text.chars().any(is_cyrillic)).count();
        match locale.tag() {
            "mk" => assert!(cyrillic * 10 > words.len() * 8, "{cyrillic} of {}", words.len()),
            tag => assert_eq!(cyrillic, 0, "{tag}"),
        }
    }
}

/// The list of the interface is made for the browser only, so that this reads it.
#[test]
fn each_language_of_the_repository_is_offered_by_its_own_name() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui/languages.rs");
    let offered = std::fs::read_to_string(path).unwrap();
    for (tag, json) in Locale::ALL {
        let locale = Locale::from_json(json).unwrap();
        assert_eq!(locale.tag().split('-').next(), Some(*tag));
        assert!(offered.contains(&format!("(\"{tag}\", \"{}\")", locale.name())), "{tag} is not offered");
    }
}

#[test]
fn arguments_are_put_in_once_and_never_read_again() {
    let english = Locale::english();
    let filled = english.fill("value.between", &[("lower", "{upper}"), ("upper", "2")]);
    assert_eq!(filled, "between {upper} and 2");
    assert_eq!(english.text("no.such.key"), "no.such.key");
}

#[test]
fn kosovo_keeps_its_note_in_each_language() {
    for locale in all() {
        let name = locale.place("XKX").unwrap_or_else(|| panic!("{} has no name", locale.tag()));
        assert!(name.contains("(S/RES/1244 (1999))"), "{}: {name}", locale.tag());
    }
}

#[test]
fn each_language_names_the_same_places() {
    let english: serde_json::Value = serde_json::from_str(Locale::ALL[0].1).unwrap();
    let codes: Vec<&String> = english["places"].as_object().unwrap().keys().collect();
    assert!(codes.len() > 40);
    for locale in all() {
        let missing: Vec<_> = codes.iter().filter(|code| locale.place(code).is_none()).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", locale.tag());
    }
}

#[test]
fn a_bad_language_file_is_refused_with_a_reason() {
    let good = Locale::ALL[0].1;
    for (what, bad) in [
        ("no json", "{".to_owned()),
        ("a rule that is none", good.replace("i = 1 and v = 0", "x = 1")),
        ("eleven months", good.replacen("\"January\",", "", 1)),
        ("no numbers", good.replacen("\"numbers\"", "\"numbersX\"", 1)),
    ] {
        assert!(Locale::from_json(&bad).is_err(), "{what}");
    }
}

#[test]
fn no_key_stands_twice_in_a_file() {
    for (tag, json) in Locale::ALL {
        let mut seen = BTreeSet::new();
        for line in json.lines().filter(|line| line.starts_with("    \"")) {
            let key = line.trim_start().split("\": ").next().unwrap_or_default();
            assert!(seen.insert(key), "{tag}: {key} stands twice");
        }
    }
}
