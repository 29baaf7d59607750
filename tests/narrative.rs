//! Sentences: what an editor would write, and nothing the engine refused.

use std::sync::Arc;

use mixed_movements::i18n::Locale;
use mixed_movements::narrative::{headline, sentences};
use mixed_movements::present::{Flag, present, query_summary};
use statcube::cube::Select;
use statcube::{ClauseSource, Cube, Query};

use crate::small_cubes::{Figure, KOSOVO, arrivals, january_2024};

fn ask(cube: &Cube, places: &[&str], from: &str, to: &str) -> Query {
    let places = Select::Codes(places.iter().map(|code| (*code).to_owned()).collect());
    let months = Select::Range { from: Some(from.into()), to: Some(to.into()) };
    let query = Query::builder(cube).keep("country", &places, ClauseSource::Reader);
    query
        .and_then(|query| query.keep("month", &months, ClauseSource::Reader))
        .and_then(|query| query.build())
        .unwrap()
}

fn told(cube: &Arc<Cube>, query: &Query) -> Vec<String> {
    sentences(cube, query, &Locale::english()).into_iter().map(|sentence| sentence.text).collect()
}

const ARRIVALS: [Figure; 6] = [
    (0, "BIH", "2018-01", 237.0, ""),
    (0, "BIH", "2018-02", 391.0, ""),
    (0, "BIH", "2019-01", 900.0, ""),
    (0, "SRB", "2018-01", 666.0, "r"),
    (0, "ALB", "2018-01", 40.0, "e"),
    (0, "ALB", "2019-01", 400.0, "e"),
];

#[test]
fn january_2024_reads_as_the_edition_does() {
    let figures = headline(&january_2024(), &Locale::english());
    let texts: Vec<String> =
        figures.iter().filter_map(|f| f.sentence.as_ref()).map(|s| s.text.clone()).collect();
    assert_eq!(
        texts,
        [
            "Some 1,300 refugees, asylum-seekers and other people were in mixed movements in the Western Balkans in \
             January 2024, 14% more than in January 2023."
                .to_owned(),
            format!(
                "At the end of January 2024 some 4,800 were present, including 290 unaccompanied or separated children: \
                 56% in Bosnia and Herzegovina, then Serbia 30%, {KOSOVO} 4%, and 3% each in Albania, Montenegro and \
                 North Macedonia."
            ),
        ]
    );
    assert_eq!(figures[0].presented.text, "some 1,300");
    assert_eq!(figures[0].change.as_deref(), Some("+14% on January 2023"));
    assert_eq!(figures[0].presented.flags, [Flag::Estimate, Flag::Rounded]);
    assert_eq!(figures[1].part.as_deref(), Some("of them 290 unaccompanied or separated children"));
    assert_eq!(figures[1].period.as_deref(), Some("end of January 2024"));
    let shares: Vec<&str> = figures[2].split.iter().map(|part| part.presented.text.as_str()).collect();
    assert_eq!(shares, ["56%", "30%", "4%", "3%", "3%", "3%"]);
}

#[test]
fn a_sum_over_months_is_told_in_arrivals_with_what_is_missing() {
    let cube = arrivals(&ARRIVALS);
    let told = told(&cube, &ask(&cube, &["BIH"], "2018-01", "2018-03"));
    assert_eq!(
        told[0],
        "New arrivals in Bosnia and Herzegovina from January to March 2018 came to at least 628. \
         Only 2 of 3 months are published."
    );
    assert!(!told.join(" ").contains("people"), "{told:?}");
}

#[test]
fn a_refused_total_is_told_by_its_bounds() {
    let cube = arrivals(&ARRIVALS);
    let one = told(&cube, &ask(&cube, &["BIH", "SRB"], "2018-01", "2018-01"));
    assert!(
        one[0].starts_with(
            "New arrivals in Bosnia and Herzegovina and Serbia in January 2018 came to between 666 and 903 registered \
             arrivals. There is no total for the two countries. Not disjoint: "
        ),
        "{one:?}"
    );
    let open = told(&cube, &ask(&cube, &["BIH", "SRB"], "2018-01", "2018-02"));
    assert!(open[0].contains("came to at least 666 registered arrivals."), "{open:?}");
}

#[test]
fn what_was_not_published_is_said_and_is_not_zero() {
    let cube = arrivals(&ARRIVALS);
    let told = told(&cube, &ask(&cube, &["XKX"], "2018-01", "2018-06"));
    assert_eq!(
        told,
        [format!(
            "New arrivals in {KOSOVO} from January to June 2018: no figure published. This is not zero."
        )]
    );
}

#[test]
fn a_whole_without_a_figure_points_to_its_parts() {
    let cube = arrivals(&ARRIVALS);
    let told = told(&cube, &Query::builder(&cube).build().unwrap());
    assert_eq!(
        told[0],
        "New arrivals in Western Balkans from January 2018 to December 2020: no total is published, only figures by country."
    );
    assert!(told.contains(
        &"The countries are not ranked, since not the same parts were published for each.".to_owned()
    ));
}

#[test]
fn change_is_told_where_the_engine_allows_it_and_as_a_multiple_above_three_hundred_per_cent() {
    let cube = arrivals(&ARRIVALS);
    let near = told(&cube, &ask(&cube, &["BIH"], "2019-01", "2019-01"));
    assert!(near.contains(&"This is 280% more than in January 2018.".to_owned()), "{near:?}");
    let far = told(&cube, &ask(&cube, &["ALB"], "2019-01", "2019-01"));
    assert!(far.contains(&"This is 10 times January 2018 (40).".to_owned()), "{far:?}");
}

#[test]
fn places_are_ranked_only_on_equal_sets_of_months() {
    let cube = arrivals(&ARRIVALS);
    let equal = told(&cube, &ask(&cube, &["BIH", "SRB"], "2018-01", "2018-01"));
    assert!(
        equal.contains(&"By country: 666 in Serbia, then Bosnia and Herzegovina 237.".to_owned()),
        "{equal:?}"
    );
    let unequal = told(&cube, &ask(&cube, &["BIH", "SRB"], "2018-01", "2018-02"));
    assert!(unequal.iter().any(|text| text.contains("are not ranked")), "{unequal:?}");
}

#[test]
fn notes_flags_and_sources_go_with_the_sentence() {
    let cube = arrivals(&ARRIVALS);
    let told = sentences(&cube, &ask(&cube, &["SRB"], "2018-01", "2018-01"), &Locale::english());
    assert_eq!(told[0].notes, [0]);
    assert_eq!(told[0].flags, [Flag::Revised]);
    assert_eq!(told[0].sources, ["S1"]);
    assert!(told.iter().any(|sentence| sentence.text == "Published by The office."));
}

#[test]
fn the_summary_names_what_is_chosen() {
    let cube = arrivals(&ARRIVALS);
    let english = Locale::english();
    let query = ask(&cube, &["BIH", "SRB"], "2018-01", "2019-06");
    assert_eq!(
        query_summary(&cube, &query, &english),
        "Bosnia and Herzegovina, Serbia · January 2018 to June 2019"
    );
    let all = Query::builder(&cube).build().unwrap();
    assert_eq!(query_summary(&cube, &all, &english), "all countries · January 2018 to December 2020");
}

/// The numbers in a text, as written, without grouping.
fn numbers(text: &str) -> Vec<String> {
    let plain = text.replace(',', "");
    let split = plain.split(|c: char| !c.is_ascii_digit() && c != '.').map(|word| word.trim_matches('.'));
    split.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn no_sentence_holds_a_total_that_the_engine_refused() {
    let cube = arrivals(&ARRIVALS);
    let english = Locale::english();
    let codes = ["ALB", "BIH", "XKX", "SRB", "REGION"];
    for set in 1u32..1 << codes.len() {
        let places: Vec<&str> =
            codes.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, c)| *c).collect();
        for (from, to) in [("2018-01", "2018-01"), ("2018-01", "2018-03"), ("2018-01", "2019-12")] {
            let mut query = ask(&cube, &places, from, to);
            query.groupings = vec![vec![]];
            let cell = cube.run(&query).groups[0].cell(0).unwrap();
            if cell.refusals().is_empty() {
                continue;
            }
            // What a careless sum would print: the upper bound stands nowhere but in the bounds.
            let total: f64 = ARRIVALS
                .iter()
                .filter(|(_, place, month, ..)| places.contains(place) && *month >= from && *month <= to)
                .map(|(.., value, _)| value)
                .sum();
            let shown = present(&cell, &cube, &english);
            assert!(shown.number.is_empty());
            for sentence in sentences(&cube, &query, &english) {
                let text = sentence.text.replace(&shown.text, "");
                let single = ARRIVALS.iter().any(|(.., value, _)| *value == total);
                assert!(
                    single || !numbers(&text).contains(&total.to_string()),
                    "{places:?}: {}",
                    sentence.text
                );
            }
        }
    }
}

#[test]
fn made_up_figures_are_said_to_be_so_in_each_sentence() {
    let cube = arrivals(&ARRIVALS);
    let mut parts = cube.parts().clone();
    parts.illustrative = true;
    let cube = Arc::new(Cube::new(parts).unwrap());
    for sentence in sentences(&cube, &ask(&cube, &["BIH", "SRB"], "2018-01", "2019-01"), &Locale::english()) {
        assert!(sentence.text.starts_with("Illustrative, not a real figure: "), "{}", sentence.text);
        assert_eq!(sentence.flags.first(), Some(&Flag::Illustrative));
    }
}

fn edition() -> statcube::Snapshot {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/www/data/western-balkans.json")).unwrap();
    statcube::jsonstat::decode(&bytes, &statcube::jsonstat::DecodeOptions::default()).unwrap()
}

#[test]
fn the_published_snapshot_tells_january_2024_as_the_edition_does() {
    let by_hand = headline(&january_2024(), &Locale::english());
    let published = headline(&edition(), &Locale::english());
    let texts = |figures: Vec<mixed_movements::narrative::HeadlineFigure>| {
        figures
            .into_iter()
            .filter_map(|figure| figure.sentence)
            .map(|sentence| sentence.text)
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(published), texts(by_hand));
}

#[test]
fn the_published_snapshot_tells_what_adds_and_refuses_what_does_not() {
    let snapshot = edition();
    let first = |dataset: &str, measure: &str, places: &[&str], months: [&str; 2]| {
        let cube = snapshot.dataset(dataset).unwrap();
        let mut query = ask_measure(cube, measure, places, months);
        query.groupings = vec![vec![]];
        sentences(cube, &query, &Locale::english()).remove(0).text
    };
    assert_eq!(
        first("new-arrivals", "new-arrivals", &["BIH"], ["2018-01", "2018-12"]),
        "New arrivals in Bosnia and Herzegovina from January to December 2018 came to 24,067."
    );
    let refused = first("new-arrivals", "new-arrivals", &["BIH", "SRB"], ["2020-07", "2020-11"]);
    assert!(
        refused.contains("came to at least 14,268 registered arrivals. There is no total for the two countries: the same person"),
        "{refused}"
    );
    let stock = first("present", "present", &["REGION"], ["2022-01", "2022-03"]);
    assert!(stock.contains("at the end of March 2022"), "{stock}");
}

fn ask_measure(cube: &Cube, measure: &str, places: &[&str], months: [&str; 2]) -> Query {
    let places = Select::Codes(places.iter().map(|code| (*code).to_owned()).collect());
    let months = Select::Range { from: Some(months[0].into()), to: Some(months[1].into()) };
    Query::builder(cube)
        .measure(measure)
        .and_then(|query| query.keep("country", &places, ClauseSource::Reader))
        .and_then(|query| query.keep("month", &months, ClauseSource::Reader))
        .and_then(|query| query.build())
        .unwrap()
}

#[test]
fn the_edition_is_told_in_french_and_arabic_with_the_same_numbers() {
    let snapshot = edition();
    let told = |locale: &Locale| {
        let figures = headline(&snapshot, locale);
        figures
            .into_iter()
            .filter_map(|figure| figure.sentence)
            .map(|sentence| sentence.text)
            .collect::<Vec<_>>()
    };
    let locale = |tag: &str| crate::locales::all().into_iter().find(|locale| locale.tag() == tag).unwrap();
    let french = told(&locale("fr")).join("\n").replace(['\u{202f}', '\u{a0}'], " ");
    assert_eq!(
        french,
        format!(
            "Quelque 1 300 réfugiés, demandeurs d’asile et autres personnes se trouvaient en mouvements mixtes dans les \
             Balkans occidentaux en janvier 2024, en hausse de 14 % par rapport à janvier 2023.\n\
             Fin janvier 2024, quelque 4 800 personnes étaient présentes, dont 290 enfants non accompagnés ou séparés : \
             Bosnie-Herzégovine 56 %, puis Serbie 30 %, {KOSOVO} 4 %, et Albanie, Monténégro et Macédoine du Nord 3 % \
             chacun."
        )
    );
    let digits = |text: &str| {
        let mut found = numbers(&text.replace(KOSOVO, ""));
        found.sort();
        found
    };
    let arabic = told(&locale("ar")).join("\n").replace("(S/RES/1244 (1999))", "");
    let english = told(&Locale::english()).join("\n");
    assert_eq!(digits(&arabic), digits(&english));
    assert!(!arabic.chars().any(|c| c.is_ascii_alphabetic()), "{arabic}");
}

#[test]
fn the_published_edition_is_told_in_each_language() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("www/data/western-balkans.json");
    let bytes = std::fs::read(path).unwrap();
    let snapshot = statcube::jsonstat::decode(&bytes, &statcube::jsonstat::DecodeOptions::default()).unwrap();
    for (tag, first, second) in [
        (
            "bs",
            "Oko 1.300 izbjeglica, tražilaca azila i drugih osoba bilo je u mješovitim kretanjima na Zapadnom Balkanu u \
             januaru 2024., 14 % više nego u januaru 2023.",
            "Na kraju januara 2024. bilo je prisutno oko 4.800 osoba, od toga 290 djece bez pratnje ili razdvojene djece: \
             Bosna i Hercegovina 56 %, zatim Srbija 30 %, KOSOVO 4 %, te Albanija, Crna Gora i Sjeverna Makedonija po 3 %.",
        ),
        (
            "sr",
            "Oko 1.300 izbeglica, tražilaca azila i drugih osoba bilo je u mešovitim kretanjima na Zapadnom Balkanu u \
             januaru 2024., 14% više nego u januaru 2023.",
            "Na kraju januara 2024. bilo je prisutno oko 4.800 osoba, od toga 290 dece bez pratnje ili razdvojene dece: \
             Bosna i Hercegovina 56%, zatim Srbija 30%, KOSOVO 4%, kao i Albanija, Crna Gora i Severna Makedonija po 3%.",
        ),
        (
            "mk",
            "Околу 1.300 бегалци, баратели на азил и други лица беа во мешовити движења на Западен Балкан во јануари 2024, \
             за 14 % повеќе отколку во јануари 2023.",
            "На крајот на јануари 2024 беа присутни околу 4.800 лица, од нив 290 деца без придружба или одвоени деца: \
             56 % во Босна и Херцеговина, потоа Србија 30 %, KOSOVO 4 % и по 3 % во Албанија, Црна Гора и Северна Македонија.",
        ),
        (
            "sq",
            "Rreth 1 300 refugjatë, azilkërkues dhe persona të tjerë ishin në lëvizje të përziera në Ballkanin Perëndimor \
             në janar 2024, 14% më shumë se në janar 2023.",
            "Në fund të janarit 2024 ishin të pranishëm rreth 4 800 persona, prej tyre 290 fëmijë të pashoqëruar ose të \
             ndarë: Bosnja dhe Hercegovina 56%, më pas Serbia 30%, KOSOVO 4%, si dhe Shqipëria, Mali i Zi dhe Maqedonia e \
             Veriut nga 3%.",
        ),
    ] {
        let is_it = |locale: &Locale| locale.tag().split('-').next() == Some(tag);
        let locale = crate::locales::all().into_iter().find(is_it).unwrap();
        let kosovo = locale.place("XKX").unwrap().to_owned();
        let told: Vec<String> = headline(&snapshot, &locale)
            .into_iter()
            .filter_map(|figure| figure.sentence)
            .map(|sentence| sentence.text.replace('\u{a0}', " "))
            .collect();
        assert_eq!(told.first().map(String::as_str), Some(first), "{tag}");
        assert_eq!(told.get(1), Some(&second.replace("KOSOVO", &kosovo)), "{tag}");
    }
}

/// Every dataset of the published file, each measure, under the filters that readers choose
/// most: nothing, one place, two places, a year, a month, and those together.
fn typical_views() -> Vec<(Arc<Cube>, Query, String)> {
    let snapshot = mixed_movements::publish::build(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/western-balkans"),
    );
    let snapshot = snapshot.unwrap_or_else(|problems| panic!("{problems}"));
    let places: [&[&str]; 5] = [&[], &["SRB"], &["BIH", "SRB"], &["MKD", "SRB"], &["REGION"]];
    let periods =
        [None, Some(("2018-01", "2018-12")), Some(("2020-11", "2020-11")), Some(("2024-01", "2024-01"))];
    let mut views = Vec::new();
    for cube in &snapshot.datasets {
        let time = cube.dimension_with_role(statcube::DimensionRole::Time);
        for measure in cube.measures() {
            for codes in places {
                for period in periods {
                    let mut query = Query::builder(cube).measure(&measure.id).unwrap();
                    let geo = cube.dimension_with_role(statcube::DimensionRole::Geo).unwrap();
                    let geo = &cube.dimensions()[geo];
                    if codes.iter().any(|code| geo.position(code).is_none()) {
                        continue;
                    }
                    if !codes.is_empty() {
                        let codes = Select::Codes(codes.iter().map(|code| (*code).to_owned()).collect());
                        query = query.keep(&geo.id, &codes, ClauseSource::Reader).unwrap();
                    }
                    if let Some((from, to)) = period {
                        let range = Select::Range { from: Some(from.into()), to: Some(to.into()) };
                        let time = &cube.dimensions()[time.unwrap()].id;
                        query = query.keep(time, &range, ClauseSource::Reader).unwrap();
                    }
                    let query = query.build().unwrap();
                    let name = format!("{}.{} {codes:?} {period:?}", cube.id(), measure.id);
                    views.push((Arc::clone(cube), query, name));
                }
            }
        }
    }
    views
}

/// Set `PRINT_SENTENCES` to read them all.
#[test]
fn over_all_datasets_and_typical_filters_sentences_read_like_sentences() {
    let mut num = 0;
    for (cube, query, name) in typical_views() {
        let told = told(&cube, &query);
        if std::env::var_os("PRINT_SENTENCES").is_some() {
            println!("{name}\n    {}", told.join("\n    "));
        }
        let whole = told.join(" ");
        assert!(!told.is_empty(), "{name}: nothing is told");
        for sentence in &told {
            num += 1;
            assert!(sentence.ends_with('.') && !sentence.ends_with(".."), "{name}: {sentence}");
            assert!(sentence.chars().next().is_some_and(|first| !first.is_lowercase()), "{name}: {sentence}");
            for odd in ["  ", " .", " ,", "{", "}", "()", "..", "NaN", "came to –", "is are", ": not "] {
                assert!(!sentence.contains(odd), "{name}: “{odd}” in {sentence}");
            }
        }
        for (place, sentence) in told.iter().enumerate() {
            assert!(!told[..place].contains(sentence), "{name}: told twice: {sentence}");
        }
        let reasons = whole.matches("There is no total").count() + whole.matches("No total is given").count();
        assert!(reasons <= 1, "{name}: refused more than once: {whole}");
    }
    assert!(num > 400, "{num}");
}

#[test]
fn a_refusal_is_told_in_one_sentence_with_its_reason() {
    let cube = arrivals(&ARRIVALS);
    let texts = told(&cube, &ask(&cube, &["BIH", "ALB"], "2018-01", "2019-01"));
    let first = &texts[0];
    let expected =
        "came to at least 1,528 registered arrivals. There is no total for the two countries. Not disjoint: ";
    assert!(first.contains(expected), "{first}");
    assert!(!first.contains("No total for"), "{first}");
}
