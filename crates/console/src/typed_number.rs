/// The digits of a number: people write them with spaces, dashes and a plus sign.
pub(crate) fn digits_of(typed: &str) -> String {
    typed.chars().filter(|c| !matches!(c, ' ' | '+' | '-' | '(' | ')' | '.')).collect()
}
