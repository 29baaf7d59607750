//! Templates of publishers: `{name}` is replaced, and a part in square brackets is left
//! out where one of its names has nothing to say.

/// The template filled, or `None` where a name outside brackets has no value or is unknown.
pub(super) fn fill(template: &str, args: &[(&str, Option<&str>)]) -> Option<String> {
    let mut text = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some(open) = rest.find('[') {
        let (before, after) = rest.split_at(open);
        let (optional, tail) = after.get(1..)?.split_once(']')?;
        push(&mut text, &replace(before, args)?);
        push(&mut text, &replace(optional, args).unwrap_or_default());
        rest = tail;
    }
    push(&mut text, &replace(rest, args)?);
    Some(text)
}

fn replace(template: &str, args: &[(&str, Option<&str>)]) -> Option<String> {
    let mut text = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        let (_, value) = args.iter().find(|(known, _)| *known == name)?;
        push(&mut text, before);
        text.push_str((*value)?);
        rest = tail;
    }
    push(&mut text, rest);
    Some(text)
}

/// A full stop after what ends with one, such as an ordinal, is not written twice.
fn push(text: &mut String, piece: &str) {
    let piece = if text.ends_with('.') { piece.strip_prefix('.').unwrap_or(piece) } else { piece };
    text.push_str(piece);
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARGS: [(&str, Option<&str>); 3] =
        [("value", Some("some 40")), ("part", None), ("change", Some("2% more"))];

    #[test]
    fn what_has_nothing_to_say_is_left_out_with_its_words() {
        let filled = fill("{value} were there[, including {part}][, {change}].", &ARGS);
        assert_eq!(filled.as_deref(), Some("some 40 were there, 2% more."));
    }

    #[test]
    fn a_template_that_cannot_be_filled_is_not_used() {
        assert_eq!(fill("{value}, including {part}.", &ARGS), None);
        assert_eq!(fill("{unknown}", &ARGS), None);
        assert_eq!(fill("{value", &ARGS), None);
        assert_eq!(fill("[{value}", &ARGS), None);
    }
}
