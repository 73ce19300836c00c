use siskin_model::{ChatId, FileToken, InstanceId};

/// How what is kept is shown to an instance's owner: by which addresses persons go, and where
/// files are.
pub struct View<'a> {
    /// The address of the gateway, without a slash at its end.
    pub base_url: &'a str,
    /// The instance.
    pub instance: InstanceId,
    /// The address to show for a kept one: the LID's where the settings ask for that.
    pub address: &'a (dyn Fn(&ChatId) -> ChatId + Send + Sync),
}

impl View<'_> {
    /// The address to show.
    pub fn shown(&self, kept: &ChatId) -> ChatId {
        (self.address)(kept)
    }

    /// Where a file can be downloaded. The token says which; the name is for people and for
    /// programs that look at the extension.
    pub fn file_url(&self, file: &FileToken, name: &str) -> String {
        let (base, instance, token) = (self.base_url, self.instance, file.expose());
        format!("{base}/files/{instance}/{token}/{}", plain_name(name))
    }
}

/// The name with only letters, digits, dots and dashes: what every client takes in a link
/// (specification, `sendFileByUrl`).
fn plain_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_address_has_its_secret_and_a_plain_name() {
        let view = View {
            base_url: "http://host",
            instance: InstanceId::FIRST,
            address: &|kept| kept.clone(),
        };
        let token = FileToken::from_random([1; FileToken::BYTES]);
        let url = view.file_url(&token, "Año 1/2.pdf");
        let expected = format!("http://host/files/7103000001/{}/A_o_1_2.pdf", "01".repeat(20));
        assert_eq!(url, expected);
    }
}
