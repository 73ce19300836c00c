/// Goes with an answer that refuses a wrong token, for whoever counts guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WrongToken {
    /// The console's.
    Console,
    /// That of the partner methods.
    Partner,
    /// An instance's.
    Instance,
}

impl WrongToken {
    /// Whose token it is, in a word, for logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Partner => "partner",
            Self::Instance => "instance",
        }
    }
}
