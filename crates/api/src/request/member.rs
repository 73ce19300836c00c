use super::declared::Declared;
use super::reader::Reader;

/// A member of a request, or several that belong together.
pub(crate) trait Member {
    /// What it is read as.
    type Value;

    /// `None`: it is wrong, and the reader knows how.
    fn read(&self, reader: &mut Reader<'_>) -> Option<Self::Value>;

    fn declare(&self, to: &mut Vec<Declared>);

    /// Whether it is a file, which comes in a form.
    fn is_file(&self) -> bool {
        false
    }

    /// The same, made into something else.
    fn map<T>(self, map: fn(Self::Value) -> T) -> Mapped<Self, T>
    where
        Self: Sized,
    {
        Mapped { member: self, map }
    }
}

/// A member that is made into something else.
pub(crate) struct Mapped<M: Member, T> {
    member: M,
    map: fn(M::Value) -> T,
}

impl<M: Member, T> Member for Mapped<M, T> {
    type Value = T;

    fn read(&self, reader: &mut Reader<'_>) -> Option<T> {
        self.member.read(reader).map(self.map)
    }

    fn declare(&self, to: &mut Vec<Declared>) {
        self.member.declare(to);
    }

    fn is_file(&self) -> bool {
        self.member.is_file()
    }
}
