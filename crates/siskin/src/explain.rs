/// The error and its causes, each on a line of its own.
pub fn explain(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Some libraries repeat their cause in their own text.
        if !text.contains(&cause) {
            text.push_str("\n  because: ");
            text.push_str(cause.trim());
        }
    }
    text
}
