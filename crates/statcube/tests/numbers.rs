//! Questions and answers as lists of numbers, as they cross to JavaScript.

use std::sync::Arc;

use statcube::jsonstat::{DecodeOptions, decode};
use statcube::{ClauseSource, Cube, ErrorKind, Query, Select};

fn cube() -> Arc<Cube> {
    let file = r#"{"version":"2.0","class":"dataset","id":["p","m"],"size":[3,4],"role":{"time":["m"]},
        "dimension":{"p":{"category":{"index":["a","b","c"]}},
            "m":{"category":{"index":["2020-01","2020-02","2020-03","2020-04"]}}},
        "extension":{"mixedMovements":{"measures":{"x":{"kind":"flow","counts":"events",
            "additivity":{"p":"overlap","m":"sum"}}}}},
        "value":[1,2,null,4,5,6,7,8,null,null,null,null]}"#;
    Arc::clone(&decode(file.as_bytes(), &DecodeOptions::default()).unwrap().datasets[0])
}

#[test]
fn a_query_crosses_in_numbers() {
    let cube = cube();
    let query = Query::builder(&cube)
        .keep("p", &Select::Positions(vec![0, 2]), ClauseSource::Host)
        .and_then(|q| {
            let (from, to) = (Some("2020-02".to_owned()), Some("2020-03".to_owned()));
            q.keep("m", &Select::Range { from, to }, ClauseSource::Host)
        })
        .and_then(|q| q.by(&["m", "p"])?.by::<&str>(&[])?.by(&["p"])?.top("p", 2)?.linked(true).build())
        .unwrap();
    let read = |numbers: &[u32]| Query::from_numbers(&cube, numbers, &ClauseSource::Host);
    assert_eq!(read(&query.to_numbers()).unwrap(), query);
    let by_ends = [0, 1, 1, 2, 0, 2, 2, u32::MAX, 1, 2, 0, 3, 2, 1, 0, 0, 1, 0, 0, 2];
    assert_eq!(read(&by_ends).unwrap(), query);
    // Whatever is left out at the end is missed, but for pairs that tell of the largest.
    for end in 0..by_ends.len() - 2 {
        assert_eq!(read(&by_ends[..end]).unwrap_err().kind(), ErrorKind::InvalidQuery, "{end}");
    }
    let fails = |numbers: &[u32]| read(numbers).unwrap_err().kind();
    assert_eq!(fails(&[0, 0, 3, 0, 0, 0]), ErrorKind::UnknownDimension);
    assert_eq!(fails(&[0, 0, 1, 1, 3, 0, 0]), ErrorKind::UnknownCode);
    assert_eq!(fails(&[0, 0, 0, 1, 2, 1, 1]), ErrorKind::InvalidQuery);
    assert_eq!(fails(&[0, 0, 0, 0, 2, 1]), ErrorKind::UnknownDimension);
}

#[test]
fn an_answer_crosses_in_numbers() {
    let cube = cube();
    let query = Query { groupings: vec![vec![0], vec![1]], ..Query::default() };
    let numbers = cube.run(&query).to_numbers();
    let bits = |number: f64| [number.to_bits() as u32, (number.to_bits() >> 32) as u32];
    let mut expected: Vec<u32> = [7.0, 26.0, f64::NAN].into_iter().flat_map(bits).collect();
    // Places may not be added: by month there are only bounds.
    let bounds = [[f64::NAN; 4], [5.0, 6.0, 7.0, 8.0], [f64::NAN; 4]];
    expected.extend(bounds.into_iter().flatten().flat_map(bits));
    expected.extend([1, 3, 0, 4, 0, 0, 3, 4, 0]);
    expected.extend([1, 4, 1, 3, 0, 1, 2, 2, 1, 2]);
    expected.push(15);
    assert_eq!(numbers, expected);
}
